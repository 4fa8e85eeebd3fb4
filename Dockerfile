# Every step is a script that make uses too, so that an image and a clone are built the same way.
FROM debian:trixie-slim AS base
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends ca-certificates libopus0 && rm -rf /var/lib/apt/lists/*

# Debian 13, because the web app's tools want Node.js 20.19 or newer and Debian 12 has 18.
FROM golang:1.26-trixie AS build
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm python3 python3-pip
WORKDIR /src
COPY . .
RUN scripts/system.sh build
RUN scripts/web.sh build
RUN make bin/rapport
RUN RAPPORT_ASSETS=/models bin/rapport assets pull
RUN scripts/third-party.sh texts > /licences.txt

FROM base
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/rapport rapport \
    && install -d -o rapport -g rapport /var/lib/rapport/data
COPY --from=build /src/bin/rapport /usr/local/bin/rapport
COPY --from=build /models /usr/share/rapport/assets
COPY --from=build /licences.txt /usr/share/doc/rapport/
COPY LICENSE THIRD_PARTY.md /usr/share/doc/rapport/
USER rapport
ENV RAPPORT_ASSETS=/usr/share/rapport/assets RAPPORT_DATA=/var/lib/rapport/data
VOLUME /var/lib/rapport/data
# Until accounts exist the server listens on loopback only: run with --network host and open the printed URL.
HEALTHCHECK --interval=30s --timeout=3s CMD ["rapport", "health"]
ENTRYPOINT ["rapport"]
CMD ["serve"]
