FROM golang:1.18 AS b
COPY httpserver/ /b/
COPY go.mod /b/
RUN cd /b && go build -o /b/out .

FROM ubuntu
COPY --from=b /b/out /usr/local/sbin/httpserver
COPY deploy/entry.sh /entry.sh
ENTRYPOINT ["sh", "/entry.sh"]
CMD ["run"]
