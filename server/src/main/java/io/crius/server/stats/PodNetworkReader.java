package io.crius.server.stats;

import static java.lang.System.Logger.Level.DEBUG;

import io.crius.linux.Linux;
import io.crius.linux.ProcessStat;
import io.crius.runtime.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads the counters of pods' network interfaces. Stateless.
 *
 * <p>A living process of the pod shows its namespace in /proc, which costs a few system calls and waits for nothing. Only a pod
 * without one has to be entered, by a thread of its own.
 */
final class PodNetworkReader {
    private static final System.Logger LOG = System.getLogger(PodNetworkReader.class.getName());
    private static final Path SELF = Path.of("/proc/thread-self/net");

    private final Linux linux;

    PodNetworkReader(Linux linux) {
        this.linux = linux;
    }

    /**
     * The counters; empty where the namespace is gone.
     *
     * @param namespace the pod's pinned namespace
     * @param inside processes that live in it
     */
    Optional<NetworkSample> read(Path namespace, List<ProcessIdentity> inside) {
        try {
            for (ProcessIdentity process : inside) {
                Optional<NetworkFiles> files = read(process);
                if (files.isPresent()) {
                    return files.map(NetworkFiles::sample);
                }
            }
            return Optional.of(
                    linux.namespaces().inNetwork(namespace, () -> files(SELF)).sample());
        } catch (IOException e) {
            LOG.log(DEBUG, () -> "network counters in " + namespace + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** The number may be another process's by now, in another namespace: then what was read does not count. */
    private Optional<NetworkFiles> read(ProcessIdentity process) {
        try {
            NetworkFiles files = files(Path.of("/proc", Long.toString(process.pid()), "net"));
            boolean same = linux.processes()
                    .stat(process.pid())
                    .map(ProcessStat::startTicks)
                    .filter(ticks -> ticks == process.startTicks())
                    .isPresent();
            return same ? Optional.of(files) : Optional.empty();
        } catch (IOException _) {
            // It ended meanwhile.
            return Optional.empty();
        }
    }

    private static NetworkFiles files(Path net) throws IOException {
        return new NetworkFiles(
                Files.readString(net.resolve("dev")),
                optional(net.resolve("route")),
                optional(net.resolve("ipv6_route")));
    }

    /** Kernel: without IPv6 there is no table of its routes. */
    private static String optional(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException _) {
            return "";
        }
    }
}
