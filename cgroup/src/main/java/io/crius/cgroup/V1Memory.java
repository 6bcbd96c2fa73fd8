package io.crius.cgroup;

import java.util.Map;
import java.util.OptionalLong;

/** The files of the v1 memory controller as usage. */
record V1Memory(CgroupFolder folder, long used, Map<String, Long> stat) {
    MemoryUsage usage() {
        return new MemoryUsage(
                used,
                Math.max(0, used - stat.getOrDefault("total_inactive_file", 0L)),
                stat.getOrDefault("total_rss", 0L),
                stat.getOrDefault("total_pgfault", 0L),
                stat.getOrDefault("total_pgmajfault", 0L),
                CgroupFiles.limit(folder.file("memory.limit_in_bytes")),
                withoutMemory(CgroupFiles.number(folder.file("memory.memsw.usage_in_bytes")), OptionalLong.of(used)),
                withoutMemory(
                        CgroupFiles.limit(folder.file("memory.memsw.limit_in_bytes")),
                        CgroupFiles.limit(folder.file("memory.limit_in_bytes"))));
    }

    /** Kernel: v1 counts memory and swap together ("memsw"). */
    private static OptionalLong withoutMemory(OptionalLong both, OptionalLong memory) {
        return both.isEmpty() || memory.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, both.getAsLong() - memory.getAsLong()));
    }
}
