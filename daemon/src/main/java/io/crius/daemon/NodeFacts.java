package io.crius.daemon;

import io.crius.cgroup.Cgroups;
import io.crius.config.CriusConfig;
import io.crius.model.CriusException;
import io.crius.oci.Capability;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.oci.seccomp.SeccompProfile;
import io.crius.server.container.spec.NodeRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the node says of itself, read once at start from /proc and /etc. */
final class NodeFacts {
    /** Where programs are looked for that the configuration does not name by path. */
    static final String SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private NodeFacts() {}

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

    static NodeRules rules(CriusConfig config, Cgroups cgroups) {
        Set<Capability> defaults = EnumSet.noneOf(Capability.class);
        config.runtime().defaultCapabilities().forEach(name -> defaults.add(Capability.parse(name)));
        Set<Capability> available = available();
        int ownScore =
                Integer.parseInt(read(Path.of("/proc/self/oom_score_adj")).strip());
        return new NodeRules(
                cgroups,
                defaults,
                available,
                config.runtime().defaultEnv(),
                config.runtime().pidsLimit(),
                available.contains(Capability.parse("SYS_RESOURCE")) ? -1000 : ownScore,
                System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64",
                new Once<>(() -> seccomp(config)));
    }

    /** The verbose part of Status. */
    static String configuration(CriusConfig config) {
        return Json.write(JsonObject.builder()
                .put("sandboxImage", config.image().pauseImage())
                .put("defaultRuntime", config.runtime().defaultRuntime())
                .put("root", config.root().root().toString())
                .build());
    }

    private static SeccompProfile seccomp(CriusConfig config) {
        return config.runtime()
                .seccompProfile()
                .map(file -> SeccompProfile.parse(bytes(file), file.toString()))
                .orElseGet(SeccompProfile::runtimeDefault);
    }

    private static String read(Path file) {
        return new String(bytes(file), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CriusException.Failed("read " + file + ": " + e, e);
        }
    }
}
