// What stands between libFuzzer and a .NET program that waits in SharpFuzz's Fuzzer.LibFuzzer.Run. Build and run, see README.md:
//   clang++ -O2 -fsanitize=fuzzer fuzz/libfuzzer.cc -o artifacts/fuzz/libfuzzer
//   SWITCHBOARD_FUZZ="dotnet PATH/Switchboard.Fuzz.dll libfuzzer TARGET" artifacts/fuzz/libfuzzer FOLDER
// The two share a piece of memory: 64 KiB of edge counters, which libFuzzer reads as its own, and then the input. An input's size goes
// through one pipe, and 0 for right or another number for a fault comes back through the other. Environment variables name all three.

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

namespace {

constexpr size_t EdgeCount = 65536;
constexpr size_t MostInput = 1 << 20;

// Nobody here reads it: libFuzzer finds it by its section.
__attribute__((used, section("__libfuzzer_extra_counters"))) uint8_t edges[EdgeCount];

uint8_t *shared;
int to_child;
int from_child;

[[noreturn]] void fail(const char *what) {
    perror(what);
    exit(1);
}

// libFuzzer's own clock interrupts whoever waits.
bool ask(int32_t question) {
    ssize_t count;
    do count = write(to_child, &question, sizeof question); while (count < 0 && errno == EINTR);
    return count == sizeof question;
}

bool listen(int32_t &answer) {
    ssize_t count;
    do count = read(from_child, &answer, sizeof answer); while (count < 0 && errno == EINTR);
    return count == sizeof answer;
}

void start(const char *command) {
    const int id = shmget(IPC_PRIVATE, EdgeCount + MostInput, IPC_CREAT | IPC_EXCL | 0600);
    if (id < 0) fail("shmget");
    shared = static_cast<uint8_t *>(shmat(id, nullptr, 0));
    if (shared == reinterpret_cast<uint8_t *>(-1)) fail("shmat");
    int inputs[2], answers[2];
    if (pipe(inputs) < 0 || pipe(answers) < 0) fail("pipe");
    setenv("__LIBFUZZER_SHM_ID", std::to_string(id).c_str(), 1);
    setenv("__LIBFUZZER_CONTROL_PIPE_ID", std::to_string(inputs[0]).c_str(), 1);
    setenv("__LIBFUZZER_STATUS_PIPE_ID", std::to_string(answers[1]).c_str(), 1);
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        close(inputs[1]);
        close(answers[0]);
        execl("/bin/sh", "sh", "-c", (std::string("exec ") + command).c_str(), nullptr);
        fail("execl");
    }

    close(inputs[0]);
    close(answers[1]);
    to_child = inputs[1];
    from_child = answers[0];

    // Its first word says that it is there, and has the memory: then nobody else needs the memory's name.
    int32_t word;
    const bool is_there = listen(word);
    shmctl(id, IPC_RMID, nullptr);
    if (!is_there) {
        fprintf(stderr, "The program has not started: %s\n", command);
        exit(1);
    }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
    const char *command = getenv("SWITCHBOARD_FUZZ");
    if (command == nullptr) {
        fprintf(stderr, "SWITCHBOARD_FUZZ must say what to run: \"dotnet PATH/Switchboard.Fuzz.dll libfuzzer TARGET\".\n");
        exit(2);
    }

    start(command);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > MostInput) return 0;
    memset(shared, 0, EdgeCount);
    memcpy(shared + EdgeCount, data, size);
    int32_t answer;
    if (!ask(static_cast<int32_t>(size)) || !listen(answer)) {
        fprintf(stderr, "The program has died by this input.\n");
        abort();
    }

    if (answer != 0) abort();
    memcpy(edges, shared, EdgeCount);
    return 0;
}
