// Sends a file of export packets to a UDP port of this machine at a rate, round and round: a load that costs little, so
// that what is measured is who receives.
//
//   flow-sender FILE PORT PACKETS_A_SECOND SECONDS [PACKETS]
//
// FILE is packets on end, each of: u32 bytes, u16 flows, u8 version (5, 9 or 10; 0 for what is no export packet and is sent as it
// is: lines of logs), u8 stream, the packet; little-endian.
// Each stream is a socket bound to 127.0.1.(stream + 1), so that collectors see that many exporters. Sequence numbers go
// on over rounds and the header's time is now, as a router's would (KEEP_TIME=1 in the environment leaves it as it is).
// Ends after SECONDS, or after so many PACKETS where that is told and comes first. Prints what was sent as JSON.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

enum { MAX_STREAMS = 64, BATCH = 32, TICK_NS = 250000 };

struct packet {
  uint8_t *bytes;
  uint32_t length;
  uint16_t flows;
  uint8_t version, stream;
};

struct stream {
  int socket;
  uint32_t sequence;
};

static uint64_t now_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void put32(uint8_t *at, uint32_t value) {
  value = htonl(value);
  memcpy(at, &value, 4);
}

// Writes the packet's sequence number and time, and counts it.
static void stamp(const struct packet *p, struct stream *from, uint32_t seconds) {
  switch (p->version) {
  case 0:
    break;
  case 5: // counts flows
    if (seconds) put32(p->bytes + 8, seconds);
    put32(p->bytes + 16, from->sequence);
    from->sequence += p->flows;
    break;
  case 9: // counts packets
    if (seconds) put32(p->bytes + 8, seconds);
    put32(p->bytes + 12, from->sequence);
    from->sequence += 1;
    break;
  default: // IPFIX counts data records
    if (seconds) put32(p->bytes + 4, seconds);
    put32(p->bytes + 8, from->sequence);
    from->sequence += p->flows;
  }
}

static struct packet *read_packets(const char *path, size_t *count) {
  int file = open(path, O_RDONLY);
  struct stat about;
  if (file < 0 || fstat(file, &about) != 0) fail(path);
  // Private: sequence numbers are written into it.
  uint8_t *bytes = mmap(NULL, about.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (bytes == MAP_FAILED) fail("mmap");
  size_t room = 1024, have = 0;
  struct packet *packets = malloc(room * sizeof *packets);
  for (off_t at = 0; at + 8 <= about.st_size;) {
    struct packet p;
    memcpy(&p.length, bytes + at, 4);
    memcpy(&p.flows, bytes + at + 4, 2);
    p.version = bytes[at + 6];
    p.stream = bytes[at + 7];
    p.bytes = bytes + at + 8;
    at += 8 + (off_t)p.length;
    if (at > about.st_size || p.length < 24 || p.stream >= MAX_STREAMS) {
      fprintf(stderr, "%s: not a file of packets\n", path);
      exit(1);
    }
    if (have == room) packets = realloc(packets, (room *= 2) * sizeof *packets);
    packets[have++] = p;
  }
  if (have == 0) {
    fprintf(stderr, "%s: no packets\n", path);
    exit(1);
  }
  *count = have;
  return packets;
}

static void open_stream(struct stream *stream, int number, int port) {
  struct sockaddr_in self = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000100u + (uint32_t)number + 1)};
  struct sockaddr_in to = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  stream->socket = socket(AF_INET, SOCK_DGRAM, 0);
  if (stream->socket < 0 || bind(stream->socket, (struct sockaddr *)&self, sizeof self) != 0 ||
      connect(stream->socket, (struct sockaddr *)&to, sizeof to) != 0)
    fail("socket");
}

int main(int argc, char **argv) {
  if (argc < 5) {
    fprintf(stderr, "flow-sender FILE PORT PACKETS_A_SECOND SECONDS [PACKETS]\n");
    return 2;
  }
  size_t count;
  struct packet *packets = read_packets(argv[1], &count);
  double rate = atof(argv[3]), seconds = atof(argv[4]);
  uint64_t most = argc > 5 ? strtoull(argv[5], NULL, 10) : UINT64_MAX;
  int keep_time = getenv("KEEP_TIME") != NULL;
  static struct stream streams[MAX_STREAMS];
  for (int i = 0; i < MAX_STREAMS; i++) streams[i].socket = -1;
  for (size_t i = 0; i < count; i++) {
    struct stream *stream = &streams[packets[i].stream];
    if (stream->socket < 0) open_stream(stream, packets[i].stream, atoi(argv[2]));
  }

  struct mmsghdr messages[BATCH];
  struct iovec parts[BATCH];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < BATCH; i++) messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
  uint64_t sent = 0, bytes = 0, flows = 0, refused = 0;
  size_t next = 0;
  uint64_t start = now_ns(CLOCK_MONOTONIC), end = start + (uint64_t)(seconds * 1e9);
  for (;;) {
    uint64_t now = now_ns(CLOCK_MONOTONIC);
    if (now >= end || sent >= most) break;
    uint64_t due = (uint64_t)((double)(now - start) * rate / 1e9) + 1;
    if (due > most) due = most;
    uint32_t wall = keep_time ? 0 : (uint32_t)time(NULL);
    while (sent < due) {
      // A run of one stream: packets of the same are next to each other.
      uint8_t of = packets[next].stream;
      int n = 0;
      while (n < BATCH && sent + n < due && packets[next].stream == of) {
        struct packet *p = &packets[next];
        stamp(p, &streams[of], wall);
        parts[n++] = (struct iovec){.iov_base = p->bytes, .iov_len = p->length};
        bytes += p->length;
        flows += p->flows;
        if (++next == count) {
          next = 0;
          break; // the first packet may be stamped again only after this one is sent
        }
      }
      for (int done = 0; done < n;) {
        int gone = sendmmsg(streams[of].socket, messages + done, (unsigned)(n - done), 0);
        if (gone > 0) {
          done += gone;
        } else if (errno == ECONNREFUSED) {
          refused++; // of the one before: nobody listens
        } else if (errno != EINTR && errno != ENOBUFS) {
          fail("sendmmsg");
        }
      }
      sent += (uint64_t)n;
      if (now_ns(CLOCK_MONOTONIC) >= end) break;
    }
    now = now_ns(CLOCK_MONOTONIC);
    uint64_t wake = now - (now - start) % TICK_NS + TICK_NS;
    struct timespec until = {.tv_sec = (time_t)(wake / 1000000000ull), .tv_nsec = (long)(wake % 1000000000ull)};
    if (sent >= (uint64_t)((double)(now - start) * rate / 1e9))
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
  }
  double took = (double)(now_ns(CLOCK_MONOTONIC) - start) / 1e9;
  printf("{\"packets\":%llu,\"flows\":%llu,\"bytes\":%llu,\"seconds\":%.3f,\"refused\":%llu}\n",
         (unsigned long long)sent, (unsigned long long)flows, (unsigned long long)bytes, took,
         (unsigned long long)refused);
  return 0;
}
