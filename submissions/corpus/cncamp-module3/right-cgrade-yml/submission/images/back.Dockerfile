FROM golang:1.19 AS build
COPY back /back
RUN cd /back && CGO_ENABLED=0 go build -o /server .

FROM scratch
COPY --from=build /server /server
ENTRYPOINT ["/server"]
