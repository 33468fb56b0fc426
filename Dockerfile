# The gateway, with nothing in it but what it runs on: docs/guide/container.md
FROM node:20-slim AS build
ENV TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1
WORKDIR /src
COPY . .
# what the lockfile names, of the command line, the packages that it is made of, and what builds them
RUN npx --yes pnpm@12.21.0 install --frozen-lockfile --filter onehead-workspace --filter "onehead..."
RUN npx turbo run build --filter=onehead --output-logs=errors-only
# production files alone: no sources, no tools, no maps
RUN npx pnpm --filter onehead deploy --prod --legacy /app

FROM node:20-slim
ENV NODE_ENV=production
COPY --from=build /app /app
RUN mkdir /data && chown node:node /data
USER node
WORKDIR /app
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8787/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# others can reach it: without ONEHEAD_API_KEY, or ONEHEAD_API_KEY_FILE, it does not start
ENTRYPOINT ["node", "dist/main.js"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8787", "--database", "/data/onehead.db"]
