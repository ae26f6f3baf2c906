/* A disk that fails on demand, for LD_PRELOAD: see disk_faults.py.

   Stands before the C library's calls that alter files (or read them), counts those that concern files below one
   folder, and lets the chosen one fail, or kills the process there. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { COUNT, KILL, TEAR, FAIL_ONCE, FULL, FAIL_READS };

static char folder[PATH_MAX];
static int mode = COUNT;
static long chosen, seen;

/* Begin to count calls below `below`; the one numbered `nth`, from 1, is the one that meets `how`. */
void disk_arm(const char *below, long nth, int how)
{
    snprintf(folder, sizeof folder, "%s", below);
    chosen = nth;
    mode = how;
    seen = 0;
}

long disk_seen(void) { return seen; }

static int is_below(const char *path)
{
    char whole[PATH_MAX], here[PATH_MAX];
    if (!folder[0])
        return 0;
    if (path[0] != '/' && getcwd(here, sizeof here)) {
        if ((size_t)snprintf(whole, sizeof whole, "%s/%s", here, path) >= sizeof whole)
            return 0;
        path = whole;
    }
    return strncmp(path, folder, strlen(folder)) == 0;
}

static int is_file_below(int file)
{
    char link[64], path[PATH_MAX];
    if (!folder[0])
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0)
        return 0;
    path[size] = 0;
    return is_below(path);
}

/* Whether this call is to fail; errno says how. A killed process does not come back from here. */
static int meets(int tears)
{
    long number = __atomic_add_fetch(&seen, 1, __ATOMIC_SEQ_CST);
    if (mode == COUNT || number < chosen || (number > chosen && mode != FULL))
        return 0;
    if (mode == KILL || (mode == TEAR && !tears))
        kill(getpid(), SIGKILL);
    errno = mode == FULL ? ENOSPC : EIO;
    return 1;
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) \
        real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define ALTERS (mode != FAIL_READS)
#define ENDS (mode != FULL) /* what a full disk still allows: removing, renaming, syncing */

ssize_t write(int file, const void *bytes, size_t size)
{
    REAL(ssize_t, write, int, const void *, size_t);
    if (ALTERS && is_file_below(file) && meets(1)) {
        if (mode != TEAR)
            return -1;
        real(file, bytes, size / 2);
        kill(getpid(), SIGKILL);
    }
    return real(file, bytes, size);
}

#define PWRITE(name, offset_type) \
    ssize_t name(int file, const void *bytes, size_t size, offset_type at) \
    { \
        REAL(ssize_t, name, int, const void *, size_t, offset_type); \
        if (ALTERS && is_file_below(file) && meets(1)) { \
            if (mode != TEAR) \
                return -1; \
            real(file, bytes, size / 2, at); \
            kill(getpid(), SIGKILL); \
        } \
        return real(file, bytes, size, at); \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define PREAD(name, offset_type) \
    ssize_t name(int file, void *bytes, size_t size, offset_type at) \
    { \
        REAL(ssize_t, name, int, void *, size_t, offset_type); \
        return mode == FAIL_READS && is_file_below(file) && meets(0) ? -1 : real(file, bytes, size, at); \
    }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

ssize_t read(int file, void *bytes, size_t size)
{
    REAL(ssize_t, read, int, void *, size_t);
    return mode == FAIL_READS && is_file_below(file) && meets(0) ? -1 : real(file, bytes, size);
}

#define OF_FILE(name) \
    int name(int file) \
    { \
        REAL(int, name, int); \
        return ALTERS && ENDS && is_file_below(file) && meets(0) ? -1 : real(file); \
    }
OF_FILE(fsync)
OF_FILE(fdatasync)

#define OF_SIZE(name, offset_type) \
    int name(int file, offset_type size) \
    { \
        REAL(int, name, int, offset_type); \
        return ALTERS && ENDS && is_file_below(file) && meets(0) ? -1 : real(file, size); \
    }
OF_SIZE(ftruncate, off_t)
OF_SIZE(ftruncate64, off64_t)

int unlink(const char *path)
{
    REAL(int, unlink, const char *);
    return ALTERS && ENDS && is_below(path) && meets(0) ? -1 : real(path);
}

#define OF_TWO(name) \
    int name(const char *from, const char *to) \
    { \
        REAL(int, name, const char *, const char *); \
        return ALTERS && ENDS && is_below(to) && meets(0) ? -1 : real(from, to); \
    }
OF_TWO(rename)
OF_TWO(link)

int mkdir(const char *path, mode_t how)
{
    REAL(int, mkdir, const char *, mode_t);
    return ALTERS && is_below(path) && meets(0) ? -1 : real(path, how);
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) \
    { \
        REAL(int, name, const char *, int, ...); \
        va_list rest; \
        va_start(rest, flags); \
        int how = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0; \
        va_end(rest); \
        return ALTERS && flags & O_CREAT && is_below(path) && access(path, F_OK) && meets(0) ? -1 : real(path, flags, how); \
    }
OPEN(open)
OPEN(open64)
