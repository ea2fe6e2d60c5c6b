// The floor under every echo: an epoll loop that sends back the bytes it gets. It speaks no WebSocket and wants no handshake.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BufferSize = 512 * 1024, MaxFiles = 1 << 20, MaxEvents = 1024 };

// What one send did not take. While there is some, nothing more is read from that connection.
struct backlog { char *bytes; size_t sent, length; };

static struct backlog backlogs[MaxFiles];
static char buffer[BufferSize];
static int loop;

static void fail(const char *what) { perror(what); exit(1); }

static void watch(int operation, int fd, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(loop, operation, fd, &event)) fail("epoll_ctl");
}

static void end(int fd) {
    free(backlogs[fd].bytes);
    backlogs[fd] = (struct backlog){0};
    close(fd);
}

static void accept_all(int listener) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (fd >= MaxFiles) close(fd);
        else watch(EPOLL_CTL_ADD, fd, EPOLLIN);
    }
    if (errno != EAGAIN && errno != ECONNABORTED) fail("accept4");
}

// -1: the connection is broken.
static ssize_t send_some(int fd, const char *bytes, size_t length) {
    ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
    return n < 0 && errno == EAGAIN ? 0 : n;
}

static void echo(int fd) {
    ssize_t received, sent;
    do {
        received = recv(fd, buffer, BufferSize, 0);
        if (received < 0 && errno == EAGAIN) return;
        if (received <= 0 || (sent = send_some(fd, buffer, received)) < 0) { end(fd); return; }
        if (sent < received) {
            struct backlog rest = {malloc(received - sent), 0, received - sent};
            if (!rest.bytes) fail("malloc");
            memcpy(rest.bytes, buffer + sent, rest.length);
            backlogs[fd] = rest;
            watch(EPOLL_CTL_MOD, fd, EPOLLOUT);
            return;
        }
    } while (received == BufferSize);
}

static void resume(int fd) {
    struct backlog *rest = &backlogs[fd];
    ssize_t n = send_some(fd, rest->bytes + rest->sent, rest->length - rest->sent);
    if (n < 0) { end(fd); return; }
    if ((rest->sent += n) < rest->length) return;
    free(rest->bytes);
    *rest = (struct backlog){0};
    watch(EPOLL_CTL_MOD, fd, EPOLLIN);
}

int main(int count, char **arguments) {
    if (count != 2) { fputs("usage: floor PORT\n", stderr); return 2; }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); // inherited by what is accepted
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, SOMAXCONN)) fail("listen");
    if ((loop = epoll_create1(EPOLL_CLOEXEC)) < 0) fail("epoll_create1");
    watch(EPOLL_CTL_ADD, listener, EPOLLIN);

    struct epoll_event events[MaxEvents];
    for (;;) {
        int ready = epoll_wait(loop, events, MaxEvents, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) accept_all(listener);
            else if (backlogs[fd].bytes) resume(fd);
            else echo(fd);
        }
    }
}
