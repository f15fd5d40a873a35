const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** The names that the Compose Specification has for each place; `x-…` is free everywhere. */
const known = {
  compose: words("name include services models networks volumes secrets configs"),
  service: words(`
    annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name cpu_count cpu_percent
    cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec depends_on deploy develop device_cgroup_rules
    devices dns dns_opt dns_search domainname entrypoint env_file environment expose extends external_links extra_hosts gpus group_add
    healthcheck hostname image init ipc isolation label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness
    memswap_limit models network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged
    profiles provider pull_policy read_only restart runtime scale secrets security_opt shm_size stdin_open stop_grace_period stop_signal
    storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts volumes volumes_from working_dir`),
  build: words(`
    additional_contexts args cache_from cache_to context dockerfile dockerfile_inline entitlements extra_hosts isolation labels network
    no_cache platforms privileged provenance pull sbom secrets shm_size ssh tags target ulimits`),
  healthcheck: words("disable interval retries start_interval start_period test timeout"),
  dependency: words("condition required restart"),
  attachment: words(
    "aliases driver_opts gw_priority interface_name ipv4_address ipv6_address link_local_ips mac_address priority"
  ),
  network: words("attachable driver driver_opts enable_ipv4 enable_ipv6 external internal ipam labels name"),
  volume: words("driver driver_opts external labels name")
}

type Tree = Readonly<Record<string, unknown>>
const treeOf = (value: unknown): Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Tree) : {}

/** Keys of a compose file that the specification does not know where they stand, with the way to them. */
export const unknownKeys = (file: unknown): ReadonlyArray<string> => {
  const at = (place: keyof typeof known, path: string, value: unknown): ReadonlyArray<string> =>
    Object.keys(treeOf(value))
      .filter((key) => !known[place].has(key) && !key.startsWith("x-"))
      .map((key) => `${path}${key}`)
  const each = (place: keyof typeof known, path: string, value: unknown): ReadonlyArray<string> =>
    Object.entries(treeOf(value)).flatMap(([name, one]) => at(place, `${path}${name}.`, one))
  const compose = treeOf(file)
  return [
    ...at("compose", "", compose),
    ...each("service", "services.", compose["services"]),
    ...each("network", "networks.", compose["networks"]),
    ...each("volume", "volumes.", compose["volumes"]),
    ...Object.entries(treeOf(compose["services"])).flatMap(([name, value]) => {
      const service = treeOf(value)
      return [
        ...at("build", `services.${name}.build.`, service["build"]),
        ...at("healthcheck", `services.${name}.healthcheck.`, service["healthcheck"]),
        ...each("dependency", `services.${name}.depends_on.`, service["depends_on"]),
        ...each("attachment", `services.${name}.networks.`, service["networks"])
      ]
    })
  ]
}
