# syntax=docker/dockerfile:1
# Written from the Dockerfile reference; no container engine was at hand to run it. Please report what does not work.
#
#   docker build -t kailing .
#   docker run -p 8080:8080 -v kailing:/data kailing                                  SQLite in the volume
#   docker run -p 8080:8080 -e KAILING_DATABASE=postgres://user:password@host/name kailing

FROM rust:1-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/build/target \
    cargo build --release --locked -p kailing && install -D -s target/release/kailing /out/kailing

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home kailing && install -d -o kailing -g kailing /data
COPY --from=build /out/kailing /usr/local/bin/kailing
USER kailing
ENV KAILING_DATABASE=sqlite:/data/kailing.db KAILING_LISTEN=0.0.0.0:8080 KAILING_LOG=json
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["curl", "-fsS", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["kailing"]
CMD ["serve"]
