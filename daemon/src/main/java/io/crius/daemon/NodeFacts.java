package io.crius.daemon;

import io.crius.config.CriusConfig;
import io.crius.model.CriusException;
import io.crius.oci.Capability;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.server.sandbox.IdRanges;
import io.crius.server.state.Registry;
import io.crius.server.state.UserNamespace;
import io.crius.storage.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** What the node says of itself, read once at start from /proc and /etc. */
final class NodeFacts {
    /** Where programs are looked for that the configuration does not name by path. */
    static final String SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** Kernel: proc_pid_limits(5), the lines by the names of limits.conf(5). */
    private static final Map<String, String> LIMITS = Map.ofEntries(
            Map.entry("as", "Max address space"),
            Map.entry("core", "Max core file size"),
            Map.entry("cpu", "Max cpu time"),
            Map.entry("data", "Max data size"),
            Map.entry("fsize", "Max file size"),
            Map.entry("locks", "Max file locks"),
            Map.entry("memlock", "Max locked memory"),
            Map.entry("msgqueue", "Max msgqueue size"),
            Map.entry("nice", "Max nice priority"),
            Map.entry("nofile", "Max open files"),
            Map.entry("nproc", "Max processes"),
            Map.entry("rss", "Max resident set"),
            Map.entry("rtprio", "Max realtime priority"),
            Map.entry("rttime", "Max realtime timeout"),
            Map.entry("sigpending", "Max pending signals"),
            Map.entry("stack", "Max stack size"));

    private NodeFacts() {}

    /**
     * The name of what the kernel has for host ports. Compat: CRI-O's, whose place is taken over; a daemon on folders of
     * its own has a name of its own, so that several of them can share a node.
     */
    static String hostPortTable(Path runDir) {
        var checksum = new CRC32();
        checksum.update(runDir.toString().getBytes(StandardCharsets.UTF_8));
        String own = HexFormat.of().toHexDigits((int) checksum.getValue()).substring(0, 6);
        return runDir.equals(Path.of("/run/crius")) ? "crio-hostports" : "crius-hostports-" + own;
    }

    /** Ids for user namespaces by annotation: those that neither pods nor containers of other tools have. */
    static IdRanges ids(Registry registry, Store store, InstantSource clock) {
        return new IdRanges(Path.of("/etc"), () -> taken(registry, store), clock);
    }

    private static List<UserNamespace> taken(Registry registry, Store store) {
        return Stream.concat(
                        registry.everyPod().stream().flatMap(pod -> pod.definition().user().stream()),
                        store.containers().stream()
                                .flatMap(container -> container.owners().stream())
                                .map(owners -> new UserNamespace(owners.uids(), owners.gids())))
                .toList();
    }

    static String nodeName() {
        return read(Path.of("/proc/sys/kernel/hostname")).strip();
    }

    static String cpuinfo() {
        return read(Path.of("/proc/cpuinfo"));
    }

    /** The bounding set of the daemon: what it can give to containers. */
    static Set<Capability> available() {
        long bits = read(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("CapBnd:"))
                .map(line -> Long.parseUnsignedLong(
                        line.substring("CapBnd:".length()).strip(), 16))
                .findFirst()
                .orElse(0L);
        Set<Capability> available = EnumSet.noneOf(Capability.class);
        for (Capability capability : Capability.values()) {
            if ((bits >> capability.number() & 1) == 1) {
                available.add(capability);
            }
        }
        return available;
    }

    static Map<String, String> sysctls(List<String> entries) {
        Map<String, String> sysctls = new LinkedHashMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            if (equals <= 0) {
                throw new CriusException.InvalidArgument("default_sysctls: \"" + entry + "\" is not name=value");
            }
            sysctls.put(entry.substring(0, equals), entry.substring(equals + 1));
        }
        return sysctls;
    }

    /** Kernel: proc(5), without CAP_SYS_RESOURCE nobody lowers oom_score_adj below his own. */
    static int leastOomScoreAdj(Set<Capability> available) {
        return available.contains(Capability.CAP_SYS_RESOURCE)
                ? -1000
                : Integer.parseInt(read(Path.of("/proc/self/oom_score_adj")).strip());
    }

    static boolean knowsSeccomp() {
        return read(Path.of("/proc/self/status")).lines().anyMatch(line -> line.startsWith("Seccomp:"));
    }

    /**
     * The daemon's own hard limit, -1 for none; empty where the kernel has no limit of that name.
     *
     * @param name as ulimit(1) and limits.conf(5) have it: "nofile"
     */
    static OptionalLong hardLimit(String name) {
        String title = LIMITS.getOrDefault(name, "");
        return title.isEmpty()
                ? OptionalLong.empty()
                : read(Path.of("/proc/self/limits"))
                        .lines()
                        .filter(line -> line.startsWith(title + " "))
                        .map(line -> line.substring(title.length()).strip().split("\\s+")[1])
                        .mapToLong(hard -> hard.equals("unlimited") ? -1 : Long.parseUnsignedLong(hard))
                        .findFirst();
    }

    /** The verbose part of Status. Compat: {@code crio} has the whole configuration, here by tables and keys of crio.conf. */
    static String configuration(CriusConfig config) {
        return Json.write(JsonObject.builder()
                .put("sandboxImage", config.image().pauseImage())
                .put("crio", ConfigJson.of(config))
                .put("defaultRuntime", config.runtime().defaultRuntime())
                .put("root", config.root().root().toString())
                .build());
    }

    private static String read(Path file) {
        return new String(bytes(file), java.nio.charset.StandardCharsets.UTF_8);
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CriusException.Failed("read " + file + ": " + e, e);
        }
    }
}
