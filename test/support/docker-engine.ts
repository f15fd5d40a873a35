import { existsSync } from "node:fs"
import { get, type RequestOptions } from "node:http"
import { homedir } from "node:os"

const sockets = (home: string) => ["/var/run/docker.sock", `${home}/.docker/run/docker.sock`]

/** Where an engine would be asked, by `DOCKER_HOST` or where one usually listens; undefined when there is nothing to ask. */
const addressOf = (dockerHost: string | undefined): RequestOptions | undefined => {
  if (dockerHost === undefined || dockerHost === "") {
    const socketPath = sockets(homedir()).find((path) => existsSync(path))
    return socketPath === undefined ? undefined : { socketPath }
  }
  if (!URL.canParse(dockerHost)) return undefined
  const { protocol, hostname, port, pathname } = new URL(dockerHost)
  if (protocol === "unix:") return { socketPath: pathname }
  return protocol === "tcp:" || protocol === "http:" ? { host: hostname, port: port || 2375 } : undefined
}

/** Whether a Docker engine answers, found out without any of its tools. */
export const dockerAnswers = (dockerHost = process.env["DOCKER_HOST"], patience = 5000): Promise<boolean> => {
  const address = addressOf(dockerHost)
  if (address === undefined) return Promise.resolve(false)
  return new Promise((resolve) => {
    const request = get({ ...address, path: "/_ping", agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.setTimeout(patience, () => request.destroy(new Error("silent")))
    request.on("error", () => resolve(false))
  })
}
