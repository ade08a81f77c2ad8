/* Keeps, beside a data directory, what a power cut would leave of it: at each completed fsync or fdatasync of a file below
 * DURABLE_FROM, that file as it then is, copied to DURABLE_TO. Whatever was written after a file's last sync is not in the copy. A file
 * that was removed leaves the copy when its folder is synced.
 * Loaded by LD_PRELOAD into the process under test. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void forget_removed(const char *from, const char *to) {
  char original[4096], copy[4096];
  DIR *folder = opendir(to);
  struct dirent *entry;
  while (folder && (entry = readdir(folder))) {
    if (entry->d_name[0] == '.') continue;
    snprintf(original, sizeof original, "%s/%s", from, entry->d_name);
    for (char *c = original + strlen(from) + 1; *c; c++)
      if (*c == '@') *c = '/';
    snprintf(copy, sizeof copy, "%s/%s", to, entry->d_name);
    if (access(original, F_OK)) unlink(copy);
  }
  if (folder) closedir(folder);
}

static void keep(int fd) {
  const char *from = getenv("DURABLE_FROM"), *to = getenv("DURABLE_TO");
  char link[64], path[4096], target[4096], temporary[4112], buffer[65536];
  if (!from || !to) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return;
  path[length] = 0;
  size_t prefix = strlen(from);
  struct stat kind;
  if (strncmp(path, from, prefix) || fstat(fd, &kind)) return;
  if (S_ISDIR(kind.st_mode)) forget_removed(from, to);
  if (path[prefix] != '/' || !S_ISREG(kind.st_mode)) return;
  snprintf(target, sizeof target, "%s/", to);
  /* Folders are flat enough: one separator becomes one character. */
  size_t at = strlen(target);
  for (const char *c = path + prefix + 1; *c && at < sizeof target - 1; c++) target[at++] = *c == '/' ? '@' : *c;
  target[at] = 0;
  snprintf(temporary, sizeof temporary, "%s.part", target);
  int in = open(path, O_RDONLY), out = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ssize_t count;
  while (in >= 0 && out >= 0 && (count = read(in, buffer, sizeof buffer)) > 0)
    if (write(out, buffer, count) != count) abort();
  if (in >= 0) close(in);
  if (out >= 0) close(out);
  rename(temporary, target);
}

int fsync(int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  int answer = real(fd);
  if (!answer) keep(fd);
  return answer;
}

int fdatasync(int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  int answer = real(fd);
  if (!answer) keep(fd);
  return answer;
}
