// Receives datagrams many at a time (recvmmsg(2)) in a thread of its own, into blocks that JavaScript reads and gives back.
//
// Why: one system call a datagram, as libuv does it, is the cost of collecting flows. And a thread that only receives
// empties the socket's buffer while JavaScript decodes; the blocks hold what comes meanwhile.
//
// A block (blockBytes) begins with u32 used bytes and u32 datagrams; then each datagram, from a multiple of 8 on
// (src/collectors/flow/receiver.ts reads them), in the machine's byte order:
//
//      0  u32  bytes of the datagram
//      4  u16  the sender's port         6  u16  which socket
//      8  16   the sender's address, IPv4 as ::ffff:a.b.c.d
//     24  f64  when it was taken from the socket, milliseconds since the Unix epoch
//     32       its bytes
//
// Ownership: a block belongs to the thread until `take` returns its number, then to JavaScript until `giveBack`.
// All that JavaScript passes is checked: a wrong argument is an exception, never a crash.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#define NAPI_VERSION 8
#include <node_api.h>

#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif

enum {
  blockBytes = 1 << 20,
  maxBlocks = 256,
  maxSockets = 64,
  blockHeader = 8,
  datagramHeader = 32,
  maxDatagram = 65536,
  // Datagrams a call of recvmmsg.
  vector = 64,
  // Apart by more than their size, so that they do not fall on the same lines of the cache.
  slotBytes = maxDatagram + 2112,
  // JavaScript is woken no more often while datagrams keep coming.
  wakeMicros = 1000,
  // A receive buffer of this size is looked at every millisecond; smaller ones more often.
  roomyBytes = 4 << 20,
  // Nice value of the thread.
  urgent = -10,
  // Looks at a socket after the stop, so that a flood does not hold it up.
  lastRounds = 1000,
};

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t given;
  pthread_t thread;
  bool running, stopped;
  int stopFd;
  int blockCount;
  uint8_t *blocks[maxBlocks];
  napi_ref blockRefs[maxBlocks];
  // Blocks that nobody uses, the last used first: few of them are touched while little comes.
  int idle[maxBlocks], idleCount;
  // Filled ones, in order; `lent` are with JavaScript.
  int filled[maxBlocks], filledFrom, filledCount;
  bool lent[maxBlocks];
  bool woken;
  int socketCount;
  int sockets[maxSockets];
  int smallestBuffer;
  // The thread's own.
  int block;
  uint32_t used, datagrams;
  uint8_t *slots;
  struct mmsghdr messages[vector];
  struct iovec pieces[vector];
  struct sockaddr_in6 senders[vector];
  napi_threadsafe_function wake;
} Receiver;

static int64_t micros(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static double epochMs(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (double)t.tv_sec * 1e3 + (double)(t.tv_nsec / 1000000);
}

// ---- the thread ----

// Hands the block over where it holds something, and wakes JavaScript unless it has been woken already.
static void handOver(Receiver *r) {
  if (r->block < 0 || r->datagrams == 0) return;
  uint32_t *head = (uint32_t *)r->blocks[r->block];
  head[0] = r->used;
  head[1] = r->datagrams;
  pthread_mutex_lock(&r->lock);
  r->filled[(r->filledFrom + r->filledCount++) % maxBlocks] = r->block;
  bool wake = !r->woken;
  r->woken = true;
  pthread_mutex_unlock(&r->lock);
  r->block = -1;
  r->datagrams = 0;
  if (wake) napi_call_threadsafe_function(r->wake, NULL, napi_tsfn_nonblocking);
}

static bool nothingFilled(Receiver *r) {
  pthread_mutex_lock(&r->lock);
  bool nothing = r->filledCount == 0;
  pthread_mutex_unlock(&r->lock);
  return nothing;
}

// A block to fill; false where none came back for a moment: the kernel's buffer holds what comes, and counts what it drops.
static bool haveBlock(Receiver *r) {
  if (r->block >= 0) return true;
  pthread_mutex_lock(&r->lock);
  if (r->idleCount == 0 && !__atomic_load_n(&r->stopped, __ATOMIC_ACQUIRE)) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 1000000;
    if (until.tv_nsec >= 1000000000) {
      until.tv_nsec -= 1000000000;
      until.tv_sec++;
    }
    pthread_cond_timedwait(&r->given, &r->lock, &until);
  }
  if (r->idleCount > 0) r->block = r->idle[--r->idleCount];
  pthread_mutex_unlock(&r->lock);
  r->used = blockHeader;
  r->datagrams = 0;
  return r->block >= 0;
}

static void senderAddress(const struct sockaddr_in6 *from, uint8_t *into, uint16_t *port) {
  if (from->sin6_family == AF_INET6) {
    memcpy(into, &from->sin6_addr, 16);
    *port = ntohs(from->sin6_port);
    return;
  }
  const struct sockaddr_in *four = (const struct sockaddr_in *)from;
  memset(into, 0, 10);
  into[10] = into[11] = 0xff;
  memcpy(into + 12, &four->sin_addr, 4);
  *port = ntohs(four->sin_port);
}

static void keep(Receiver *r, int socket, int i, double now) {
  uint32_t size = r->messages[i].msg_len;
  uint32_t need = (datagramHeader + size + 7) & ~7u;
  if (r->block >= 0 && r->used + need > blockBytes) handOver(r);
  while (!haveBlock(r)) {
    // JavaScript waits for this thread, and gives none back.
    if (__atomic_load_n(&r->stopped, __ATOMIC_ACQUIRE)) return;
  }
  uint8_t *at = r->blocks[r->block] + r->used;
  uint16_t port;
  senderAddress(&r->senders[i], at + 8, &port);
  memcpy(at, &size, 4);
  memcpy(at + 4, &port, 2);
  uint16_t which = (uint16_t)socket;
  memcpy(at + 6, &which, 2);
  memcpy(at + 24, &now, 8);
  memcpy(at + datagramHeader, r->slots + (size_t)i * slotBytes, size);
  r->used += need;
  r->datagrams++;
}

// What the socket holds, at most a few vectors of it, so that each of them has its turn. Returns how many came.
static int drain(Receiver *r, int socket) {
  int total = 0;
  for (int round = 0; round < 8; round++) {
    for (int i = 0; i < vector; i++) {
      r->messages[i].msg_hdr.msg_namelen = sizeof r->senders[i];
      r->messages[i].msg_len = 0;
    }
    int got = recvmmsg(r->sockets[socket], r->messages, vector, MSG_DONTWAIT, NULL);
    if (got <= 0) break;
    double now = epochMs();
    for (int i = 0; i < got; i++) keep(r, socket, i, now);
    total += got;
    if (got < vector) break;
  }
  return total;
}

static void *receive(void *argument) {
  Receiver *r = argument;
  // Of this thread alone (setpriority(2), notes on Linux): what it does not fetch in time is lost, and it needs little. Where
  // it may not, it is as the others.
  setpriority(PRIO_PROCESS, 0, urgent);
  struct pollfd polled[maxSockets + 1];
  for (int i = 0; i < r->socketCount; i++) polled[i] = (struct pollfd){.fd = r->sockets[i], .events = POLLIN};
  polled[r->socketCount] = (struct pollfd){.fd = r->stopFd, .events = POLLIN};
  int pause = (int)((int64_t)wakeMicros * r->smallestBuffer / roomyBytes);
  if (pause > wakeMicros) pause = wakeMicros;
  if (pause < 20) pause = 20;
  int64_t handed = 0;
  while (!__atomic_load_n(&r->stopped, __ATOMIC_ACQUIRE)) {
    int got = 0;
    for (int i = 0; i < r->socketCount; i++) {
      if (polled[i].revents != 0) got += drain(r, i);
      polled[i].revents = 0;
    }
    bool waiting = r->block >= 0 && r->datagrams > 0;
    // While JavaScript has others to read, this one is filled further: all of them together hold a long burst.
    if (waiting && micros() - handed >= wakeMicros && nothingFilled(r)) {
      handOver(r);
      handed = micros();
      waiting = false;
    }
    // While datagrams keep coming: gather them a moment and take many at once, rather than be woken for each.
    if (got > 0 || waiting) {
      struct timespec moment = {.tv_nsec = (long)pause * 1000};
      nanosleep(&moment, NULL);
    }
    if (poll(polled, (nfds_t)r->socketCount + 1, waiting ? 1 : -1) < 0 && errno != EINTR) break;
  }
  // What had come before the stop is still taken.
  for (int i = 0; i < r->socketCount; i++) {
    for (int round = 0; round < lastRounds && drain(r, i) > 0; round++) {}
  }
  handOver(r);
  return NULL;
}

// ---- JavaScript's side ----

static napi_value fail(napi_env env, int error, const char *what) {
  const char *code = error == EADDRINUSE      ? "EADDRINUSE"
                     : error == EACCES        ? "EACCES"
                     : error == EADDRNOTAVAIL ? "EADDRNOTAVAIL"
                     : error == EAFNOSUPPORT  ? "EAFNOSUPPORT"
                     : error == EINVAL        ? "EINVAL"
                                              : "EIO";
  char text[200];
  snprintf(text, sizeof text, "%s: %s", what, strerror(error));
  napi_throw_error(env, code, text);
  return NULL;
}

static Receiver *receiverOf(napi_env env, napi_callback_info info, size_t wanted, napi_value *arguments) {
  size_t count = wanted;
  void *found = NULL;
  napi_value self;
  if (napi_get_cb_info(env, info, &count, arguments, &self, NULL) != napi_ok || count < wanted ||
      napi_unwrap(env, self, &found) != napi_ok || found == NULL) {
    napi_throw_type_error(env, NULL, "receiver: too few arguments, or no receiver");
    return NULL;
  }
  return found;
}

static void stopThread(Receiver *r) {
  if (!r->running) return;
  uint64_t one = 1;
  __atomic_store_n(&r->stopped, true, __ATOMIC_RELEASE);
  if (write(r->stopFd, &one, sizeof one) < 0) { /* it looks at `stopped` in any case once something comes */ }
  pthread_join(r->thread, NULL);
  r->running = false;
  napi_release_threadsafe_function(r->wake, napi_tsfn_release);
}

static void closeSockets(Receiver *r) {
  for (int i = 0; i < r->socketCount; i++) {
    if (r->sockets[i] >= 0) close(r->sockets[i]);
    r->sockets[i] = -1;
  }
}

static void atExit(void *argument) { stopThread(argument); }

static void finalize(napi_env env, void *data, void *hint) {
  (void)hint;
  Receiver *r = data;
  stopThread(r);
  napi_remove_env_cleanup_hook(env, atExit, r);
  closeSockets(r);
  close(r->stopFd);
  for (int i = 0; i < r->blockCount; i++) napi_delete_reference(env, r->blockRefs[i]);
  pthread_mutex_destroy(&r->lock);
  pthread_cond_destroy(&r->given);
  free(r->slots);
  free(r);
}

static int bindSocket(const char *text, int port, int wanted, int *buffer, int *bound) {
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  bool isSix = inet_pton(AF_INET6, text, &six.sin6_addr) == 1;
  if (!isSix && inet_pton(AF_INET, text, &four.sin_addr) != 1) return -EINVAL;
  int fd = socket(isSix ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  // As Node does it: `::` takes IPv4 too.
  int off = 0;
  if (isSix) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  // The kernel doubles what is asked for, for its own book-keeping. With CAP_NET_ADMIN rmem_max is no limit.
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) < 0)
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
  socklen_t size = sizeof *buffer;
  if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, buffer, &size) < 0) *buffer = 0;
  *buffer /= 2;
  struct sockaddr *address = isSix ? (struct sockaddr *)&six : (struct sockaddr *)&four;
  size = isSix ? sizeof six : sizeof four;
  if (bind(fd, address, size) < 0 || getsockname(fd, address, &size) < 0) {
    int error = errno;
    close(fd);
    return -error;
  }
  *bound = ntohs(isSix ? six.sin6_port : four.sin_port);
  return fd;
}

// bind(address, port, receiveBufferBytes): {port, bufferBytes}
static napi_value bindTo(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  Receiver *r = receiverOf(env, info, 3, arguments);
  if (!r) return NULL;
  char address[INET6_ADDRSTRLEN + 1];
  size_t length;
  int32_t port, wanted, buffer = 0, bound = 0;
  if (napi_get_value_string_latin1(env, arguments[0], address, sizeof address, &length) != napi_ok ||
      napi_get_value_int32(env, arguments[1], &port) != napi_ok ||
      napi_get_value_int32(env, arguments[2], &wanted) != napi_ok || port < 0 || port > 65535 || wanted < 0)
    return fail(env, EINVAL, "bind takes an address, a port and bytes");
  if (r->running || r->stopped || r->socketCount == maxSockets) return fail(env, EINVAL, "no further socket");
  int fd = bindSocket(address, port, wanted, &buffer, &bound);
  if (fd < 0) return fail(env, -fd, "bind");
  if (r->socketCount == 0 || buffer < r->smallestBuffer) r->smallestBuffer = buffer;
  r->sockets[r->socketCount++] = fd;
  napi_value answer, value;
  napi_create_object(env, &answer);
  napi_create_int32(env, bound, &value);
  napi_set_named_property(env, answer, "port", value);
  napi_create_int32(env, buffer, &value);
  napi_set_named_property(env, answer, "bufferBytes", value);
  return answer;
}

static void callWake(napi_env env, napi_value callback, void *context, void *data) {
  (void)data;
  Receiver *r = context;
  if (env == NULL || callback == NULL) return;
  pthread_mutex_lock(&r->lock);
  r->woken = false;
  pthread_mutex_unlock(&r->lock);
  napi_value undefined;
  napi_get_undefined(env, &undefined);
  napi_call_function(env, undefined, callback, 0, NULL, NULL);
}

// start(wake): from now on `wake` is called when blocks are there.
static napi_value start(napi_env env, napi_callback_info info) {
  napi_value arguments[1], name;
  Receiver *r = receiverOf(env, info, 1, arguments);
  if (!r) return NULL;
  if (r->running || r->stopped) return fail(env, EINVAL, "started already");
  napi_create_string_latin1(env, "sundew receiver", NAPI_AUTO_LENGTH, &name);
  if (napi_create_threadsafe_function(env, arguments[0], NULL, name, 0, 1, NULL, NULL, r, callWake, &r->wake) !=
      napi_ok) {
    napi_throw_type_error(env, NULL, "start takes a function");
    return NULL;
  }
  int error = pthread_create(&r->thread, NULL, receive, r);
  if (error != 0) {
    napi_release_threadsafe_function(r->wake, napi_tsfn_abort);
    return fail(env, error, "the receiving thread");
  }
  r->running = true;
  return NULL;
}

// take(): the number of the next filled block, or -1.
static napi_value take(napi_env env, napi_callback_info info) {
  Receiver *r = receiverOf(env, info, 0, NULL);
  if (!r) return NULL;
  int block = -1;
  pthread_mutex_lock(&r->lock);
  if (r->filledCount > 0) {
    block = r->filled[r->filledFrom];
    r->filledFrom = (r->filledFrom + 1) % maxBlocks;
    r->filledCount--;
    r->lent[block] = true;
  }
  pthread_mutex_unlock(&r->lock);
  napi_value answer;
  napi_create_int32(env, block, &answer);
  return answer;
}

// giveBack(number): the block may be filled again.
static napi_value giveBack(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  int32_t block;
  Receiver *r = receiverOf(env, info, 1, arguments);
  if (!r) return NULL;
  bool ours = napi_get_value_int32(env, arguments[0], &block) == napi_ok && block >= 0 && block < r->blockCount;
  pthread_mutex_lock(&r->lock);
  ours = ours && r->lent[block];
  if (ours) {
    r->lent[block] = false;
    r->idle[r->idleCount++] = block;
    pthread_cond_signal(&r->given);
  }
  pthread_mutex_unlock(&r->lock);
  return ours ? NULL : fail(env, EINVAL, "no block that was taken");
}

// drops(socket): datagrams that the kernel had no room for, since it was bound.
static napi_value drops(napi_env env, napi_callback_info info) {
  napi_value arguments[1], answer;
  int32_t socket;
  Receiver *r = receiverOf(env, info, 1, arguments);
  if (!r) return NULL;
  if (napi_get_value_int32(env, arguments[0], &socket) != napi_ok || socket < 0 || socket >= r->socketCount)
    return fail(env, EINVAL, "no such socket");
  uint32_t figures[16] = {0};
  socklen_t size = sizeof figures;
  // sock_diag(7): the ninth is the drops.
  if (r->sockets[socket] < 0 || getsockopt(r->sockets[socket], SOL_SOCKET, SO_MEMINFO, figures, &size) < 0)
    figures[8] = 0;
  napi_create_uint32(env, figures[8], &answer);
  return answer;
}

// stop(): takes what has come, ends the thread, closes the sockets. Filled blocks can still be taken.
static napi_value stop(napi_env env, napi_callback_info info) {
  Receiver *r = receiverOf(env, info, 0, NULL);
  if (!r) return NULL;
  stopThread(r);
  r->stopped = true;
  closeSockets(r);
  return NULL;
}

// open(blocks): a receiver, with its blocks as `blocks`: ArrayBuffers.
static napi_value openReceiver(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value arguments[1], self, blocks;
  int32_t wanted;
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  if (count < 1 || napi_get_value_int32(env, arguments[0], &wanted) != napi_ok || wanted < 2 || wanted > maxBlocks)
    return fail(env, EINVAL, "open takes 2 to 256 blocks");
  Receiver *r = calloc(1, sizeof *r);
  if (r) r->slots = malloc((size_t)vector * slotBytes);
  if (!r || !r->slots) {
    free(r);
    return fail(env, ENOMEM, "open");
  }
  pthread_mutex_init(&r->lock, NULL);
  pthread_cond_init(&r->given, NULL);
  r->block = -1;
  r->stopFd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  for (int i = 0; i < vector; i++) {
    r->pieces[i] = (struct iovec){.iov_base = r->slots + (size_t)i * slotBytes, .iov_len = maxDatagram};
    r->messages[i].msg_hdr =
        (struct msghdr){.msg_name = &r->senders[i], .msg_iov = &r->pieces[i], .msg_iovlen = 1};
  }
  napi_create_object(env, &self);
  napi_create_array_with_length(env, (size_t)wanted, &blocks);
  for (int i = 0; i < wanted; i++) {
    napi_value block;
    void *bytes;
    if (napi_create_arraybuffer(env, blockBytes, &bytes, &block) != napi_ok) break;
    napi_create_reference(env, block, 1, &r->blockRefs[i]);
    napi_set_element(env, blocks, (uint32_t)i, block);
    r->blocks[i] = bytes;
    r->blockCount = i + 1;
    r->idle[r->idleCount++] = i;
  }
  napi_property_descriptor methods[] = {
      {"bind", NULL, bindTo, NULL, NULL, NULL, napi_default, NULL},
      {"start", NULL, start, NULL, NULL, NULL, napi_default, NULL},
      {"take", NULL, take, NULL, NULL, NULL, napi_default, NULL},
      {"giveBack", NULL, giveBack, NULL, NULL, NULL, napi_default, NULL},
      {"drops", NULL, drops, NULL, NULL, NULL, napi_default, NULL},
      {"stop", NULL, stop, NULL, NULL, NULL, napi_default, NULL},
      {"blocks", NULL, NULL, NULL, NULL, blocks, napi_default, NULL},
  };
  napi_define_properties(env, self, sizeof methods / sizeof *methods, methods);
  napi_wrap(env, self, r, finalize, NULL, NULL);
  napi_add_env_cleanup_hook(env, atExit, r);
  return self;
}

NAPI_MODULE_INIT() {
  napi_value open;
  napi_create_function(env, "open", NAPI_AUTO_LENGTH, openReceiver, NULL, &open);
  napi_set_named_property(env, exports, "open", open);
  return exports;
}
