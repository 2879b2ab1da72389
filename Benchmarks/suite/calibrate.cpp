// What this machine does in a second, so that figures of two machines can be compared. Prints a line of JSON.
//   calibrate FOLDER      the synced writes go to a file in the folder

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <vector>

static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Millions of steps of a 64-bit xorshift: every step waits for the one before.
static double integerSteps() {
  uint64_t state = 88172645463325252;
  const int steps = 300'000'000;
  const double start = now();
  for (int i = 0; i < steps; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
  }
  const double seconds = now() - start;
  if (state == 0) puts("");
  return steps / seconds / 1e6;
}

// Gigabytes copied, from 128 MiB to another 128 MiB.
static double copying() {
  std::vector<char> from(128 << 20, 1), to(128 << 20, 2);
  const double start = now();
  for (int i = 0; i < 16; i++) {
    from[i] = char(i);
    memcpy(to.data(), from.data(), from.size());
    asm volatile("" : : "r"(to.data()) : "memory");
  }
  return 16.0 * double(from.size()) / (now() - start) / 1e9;
}

// Writes of 4 KiB, each on disk before the next.
static double syncedWrites(const std::string &folder) {
  const std::string path = folder + "/synced";
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_DSYNC, 0600);
  if (file < 0) return 0;
  const std::vector<char> block(4096, 'x');
  const double start = now();
  int writes = 0;
  while (now() - start < 2 && write(file, block.data(), block.size()) == ssize_t(block.size())) writes++;
  const double seconds = now() - start;
  close(file);
  unlink(path.c_str());
  return writes / seconds;
}

int main(int count, char **arguments) {
  printf("{\"steps\": %.0f, \"copy\": %.2f, \"synced\": %.0f}\n", integerSteps(), copying(), syncedWrites(count > 1 ? arguments[1] : "."));
}
