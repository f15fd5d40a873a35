# Service and simulator. Node runs the TypeScript as it is: nothing is built.
FROM node:24.21.0-bookworm-slim AS installed
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional ones bring Node to machines without it: there is one here.
RUN npm ci --omit=dev --omit=optional
COPY LICENSE ./
COPY src src
# Whatever umask they were checked out with.
RUN chmod -R a+rX package.json LICENSE src

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
# A new named volume takes over whose this is.
RUN install -d -o 1000 -g 1000 -m 0700 /data
WORKDIR /app
# All of it belongs to root: the service cannot change itself.
COPY --from=installed /app/node_modules node_modules
COPY --from=installed /app/package.json /app/LICENSE ./
COPY --from=installed /app/src src
# As numbers, so that an orchestrator sees that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not through npm or a shell, which pass no signals on. Other programs: `src/infrastructure/certreg.ts`, `src/simulator/main.ts`.
ENTRYPOINT ["node"]
CMD ["--disable-sigusr1", "--report-exclude-env", "src/infrastructure/main.ts"]
