package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelNamespacesIT {
    private static final Path OWN = Path.of("/proc/thread-self/ns/net");

    private static final NamespaceKind[] ORDINARY = {NamespaceKind.NETWORK, NamespaceKind.IPC, NamespaceKind.UTS};

    private static final NamespaceKind[] OWNED = {
        NamespaceKind.USER, NamespaceKind.NETWORK, NamespaceKind.IPC, NamespaceKind.UTS
    };

    private static final IdMaps MAPS = new IdMaps(
            List.of(new IdRange(0, 70_000, 1_000), new IdRange(1_000, 90_000, 10)),
            List.of(new IdRange(0, 80_000, 65_536)));

    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private final Namespaces namespaces = linux.namespaces();
    private final long descriptors = Fd.openCount();

    @BeforeEach
    void requireRoot() {
        assumeTrue(System.getProperty("user.name").equals("root"), "namespaces need root");
    }

    @AfterEach
    void leavesNothing() throws IOException {
        for (NamespaceKind kind : NamespaceKind.values()) {
            namespaces.unpin(pin(kind));
        }
        assertThat(Fd.openCount()).isEqualTo(descriptors);
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(folder.toString());
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void namespacesArePinnedAndThisProcessStaysWhereItWas() throws Exception {
        Path before = Files.readSymbolicLink(OWN);

        namespaces.pin(new PinRequest(pins(ORDINARY), Map.of(), Optional.of("elsewhere")));

        assertThat(Files.readSymbolicLink(OWN)).isEqualTo(before);
        for (NamespaceKind kind : ORDINARY) {
            assertThat(linux.features().statFs(pin(kind)).type()).isEqualTo(StatFs.NSFS);
        }
        assertThat(linux.features().statFs(folder).type()).isNotEqualTo(StatFs.NSFS);
    }

    @Test
    void workRunsInTheNetworkNamespace() throws Exception {
        namespaces.pin(new PinRequest(
                pins(NamespaceKind.NETWORK), Map.of("net.ipv4.ip_unprivileged_port_start", "77"), Optional.empty()));

        String inside = namespaces.inNetwork(
                pin(NamespaceKind.NETWORK),
                () -> sysctl("net/ipv4/ip_unprivileged_port_start")
                        + Files.readString(Path.of("/proc/thread-self/net/dev")));

        assertThat(inside).startsWith("77\n").contains("lo:").doesNotContain("eth0:");
        assertThat(sysctl("net/ipv4/ip_unprivileged_port_start")).isNotEqualTo("77\n");
    }

    @Test
    void aUserNamespaceHasItsMappingsAndOwnsTheOthers() throws Exception {
        namespaces.pin(new PinRequest(
                pins(OWNED),
                Optional.of(MAPS),
                Map.of("net.ipv4.ip_unprivileged_port_start", "77"),
                Optional.of("elsewhere")));

        assertThat(inside(
                        "cat /proc/self/uid_map /proc/self/gid_map; id -u; hostname; cat /proc/sys/net/ipv4/ip_unprivileged"
                                + "_port_start; ip link set lo down && ip link set lo up && hostname mine && hostname"))
                .containsSubsequence("0", "70000", "1000", "90000", "10", "0", "80000", "65536")
                .endsWith("0", "elsewhere", "77", "mine");
        assertThat(owner(pin(NamespaceKind.NETWORK))).isEqualTo(owner(pin(NamespaceKind.UTS)));
    }

    /** Who has all capabilities in the user namespace has them over what belongs to it, and over nothing else. */
    private List<String> inside(String script) throws Exception {
        return run(
                "nsenter",
                "--user=" + pin(NamespaceKind.USER),
                "--net=" + pin(NamespaceKind.NETWORK),
                "--uts=" + pin(NamespaceKind.UTS),
                "sh",
                "-ec",
                script);
    }

    private String owner(Path pin) throws Exception {
        return String.join("", run("stat", "-Lc", "%d", pin.toString()));
    }

    private static List<String> run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return List.of(output.strip().split("\\s+"));
    }

    @Test
    void mappingsThatTheKernelRefusesLeaveNothing() {
        var overlapping = new IdMaps(
                List.of(new IdRange(0, 70_000, 10), new IdRange(5, 80_000, 10)), List.of(new IdRange(0, 70_000, 10)));
        assertThatThrownBy(() -> namespaces.pin(
                        new PinRequest(pins(OWNED), Optional.of(overlapping), Map.of(), Optional.empty())))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
                .hasMessageContaining("uid_map \"0 70000 10,5 80000 10\"");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFailureOfTheWorkIsTheCallers() throws Exception {
        namespaces.pin(new PinRequest(pins(NamespaceKind.NETWORK), Map.of(), Optional.empty()));

        assertThatThrownBy(() -> namespaces.inNetwork(pin(NamespaceKind.NETWORK), () -> {
                    throw new IOException("broken");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("broken");
        assertThatThrownBy(() -> namespaces.inNetwork(Path.of("/dev/null"), () -> 1))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
                .hasMessageContaining("setns(/dev/null)");
    }

    @Test
    void nothingIsLeftWhenASysctlIsRefused() {
        assertThatThrownBy(() -> namespaces.pin(
                        new PinRequest(pins(ORDINARY), Map.of("net.ipv4.no_such_key", "1"), Optional.empty())))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                .hasMessageContaining("sysctl net.ipv4.no_such_key=1");
        assertThatThrownBy(() -> namespaces.pin(
                        new PinRequest(pins(ORDINARY), Map.of("net.ipv4.ip_forward", "many"), Optional.empty())))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    }

    @Test
    void aPinThatIsThereIsNotTouched() throws Exception {
        namespaces.pin(new PinRequest(pins(NamespaceKind.IPC), Map.of(), Optional.empty()));

        assertThatThrownBy(() -> namespaces.pin(new PinRequest(pins(ORDINARY), Map.of(), Optional.empty())))
                .isInstanceOf(FileAlreadyExistsException.class);

        assertThat(linux.features().statFs(pin(NamespaceKind.IPC)).type()).isEqualTo(StatFs.NSFS);
        assertThat(pin(NamespaceKind.NETWORK)).doesNotExist();
    }

    @Test
    void aMissingFolderIsAnError() {
        Map<NamespaceKind, Path> pins = Map.of(NamespaceKind.UTS, folder.resolve("none/uts"));

        assertThatThrownBy(() -> namespaces.pin(new PinRequest(pins, Map.of(), Optional.empty())))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void unpinningIsContentWithWhatItFinds() throws Exception {
        Path pin = pin(NamespaceKind.UTS);
        namespaces.unpin(pin);
        Files.createFile(pin);
        namespaces.unpin(pin);
        namespaces.pin(new PinRequest(pins(NamespaceKind.UTS), Map.of(), Optional.empty()));
        namespaces.unpin(pin);
        namespaces.unpin(pin);

        assertThat(pin).doesNotExist();
    }

    /** The trap: waking a virtual thread from a thread in a foreign namespace may make a carrier there. */
    @Test
    void noVirtualThreadEverRunsInAForeignNamespace() throws Exception {
        Path own = Files.readSymbolicLink(OWN);
        var found = new ArrayList<Future<Path>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                Path pin = folder.resolve("many-" + i);
                found.add(threads.submit(() -> {
                    namespaces.pin(new PinRequest(Map.of(NamespaceKind.NETWORK, pin), Map.of(), Optional.empty()));
                    namespaces.inNetwork(pin, () -> Files.readSymbolicLink(OWN));
                    namespaces.unpin(pin);
                    return Files.readSymbolicLink(OWN);
                }));
            }
        }

        List<Path> seen = new ArrayList<>();
        for (Future<Path> one : found) {
            seen.add(one.get());
        }
        assertThat(seen).hasSize(100).containsOnly(own);
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                assertThat(namespaceOf(task)).isIn(Optional.empty(), Optional.of(own));
            }
        }
    }

    /** Kernel: only the first read of a sysctl's file gives its value, and {@code Files.readString} begins with a byte. */
    private static String sysctl(String name) throws IOException {
        try (var file = Files.newInputStream(Path.of("/proc/sys", name))) {
            byte[] buffer = new byte[64];
            return new String(buffer, 0, file.read(buffer), StandardCharsets.US_ASCII);
        }
    }

    private static Optional<Path> namespaceOf(Path task) {
        try {
            return Optional.of(Files.readSymbolicLink(task.resolve("ns/net")));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private Map<NamespaceKind, Path> pins(NamespaceKind... kinds) {
        var pins = new EnumMap<NamespaceKind, Path>(NamespaceKind.class);
        for (NamespaceKind kind : kinds) {
            pins.put(kind, pin(kind));
        }
        return pins;
    }

    private Path pin(NamespaceKind kind) {
        return folder.resolve(kind.name());
    }
}
