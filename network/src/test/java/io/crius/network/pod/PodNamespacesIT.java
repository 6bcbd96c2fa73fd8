package io.crius.network.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import io.crius.network.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pinned namespaces on this kernel. */
class PodNamespacesIT {
    @TempDir
    Path folder;

    private final PodId pod = PodId.random();
    private final Linux linux = Linux.real();
    private PodNamespaces namespaces;

    @BeforeEach
    void open() {
        assumeTrue(System.getProperty("user.name").equals("root"), "namespaces need root");
        assumeTrue(Commands.exist("nsenter", "ip"), "nsenter or ip is missing");
        namespaces = new PodNamespaces(folder, linux.namespaces(), linux.features());
    }

    @AfterEach
    void close() {
        namespaces.existing().forEach(namespaces::release);
    }

    @Test
    void pinsNamespacesWithTheirSettingsAndLoopbackUp() throws Exception {
        PodPins pins = namespaces.plan(pod, EnumSet.complementOf(EnumSet.of(PodNamespace.USER)));
        assertThat(folder).isEmptyDirectory();

        namespaces.create(
                pins,
                new NamespaceSettings(
                        Map.of("net.ipv4.ip_unprivileged_port_start", "77", "kernel.shmmni", "1234"),
                        Optional.of("pod-host")));

        Path net = pins.network().orElseThrow();
        assertThat(pins.paths().values())
                .allSatisfy(pin -> assertThat(namespaces.isLive(pin)).isTrue());
        assertThat(net).isEqualTo(folder.resolve("netns").resolve(pod.value()));
        assertThat(Commands.inNetwork(net, "cat", "/proc/sys/net/ipv4/ip_unprivileged_port_start"))
                .isEqualTo("77\n");
        assertThat(Commands.inNetwork(net, "ip", "-o", "address")).contains("127.0.0.1/8");
        assertThat(enter("ipc", PodNamespace.IPC, pins, "cat", "/proc/sys/kernel/shmmni"))
                .isEqualTo("1234\n");
        assertThat(enter("uts", PodNamespace.UTS, pins, "hostname")).isEqualTo("pod-host\n");
        assertThat(Commands.run("hostname")).isNotEqualTo("pod-host\n");
        assertThat(namespaces.existing()).containsExactly(pins);
    }

    @Test
    void givesEverythingBackAndIsContentWhenNothingIsThere() throws Exception {
        PodPins pins = namespaces.plan(pod, EnumSet.complementOf(EnumSet.of(PodNamespace.USER)));
        namespaces.create(pins, NamespaceSettings.NONE);

        namespaces.release(pins);
        namespaces.release(pins);

        assertThat(pins.paths().values()).noneMatch(Files::exists);
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(folder.toString());
        assertThat(namespaces.existing()).isEmpty();
    }

    @Test
    void knowsWhoIsInThem() throws Exception {
        PodPins pins = namespaces.plan(pod, EnumSet.of(PodNamespace.NETWORK, PodNamespace.UTS));
        namespaces.create(pins, NamespaceSettings.NONE);
        assertThat(namespaces.users(pins)).isEmpty();

        String uts = "--uts=" + pins.path(PodNamespace.UTS).orElseThrow();
        Process user = new ProcessBuilder("nsenter", uts, "sh", "-c", "echo in; read end").start();
        try {
            assertThat(user.inputReader().readLine()).isEqualTo("in");
            assertThat(namespaces.users(pins)).containsExactly(user.pid());
        } finally {
            user.destroyForcibly().waitFor();
        }
        assertThat(namespaces.users(pins)).isEmpty();
        namespaces.release(pins);
        assertThat(namespaces.users(pins)).isEmpty();
    }

    @Test
    void tellsALiveNamespaceFromWhatARebootLeaves() throws Exception {
        PodPins pins = namespaces.plan(pod, EnumSet.of(PodNamespace.NETWORK));
        Path leftover = pins.network().orElseThrow();
        assertThat(namespaces.isLive(leftover)).isFalse();
        Files.createDirectories(leftover.getParent());
        Files.createFile(leftover);

        assertThat(namespaces.isLive(leftover)).isFalse();
        assertThat(namespaces.existing()).containsExactly(pins);
        namespaces.release(pins);
        assertThat(leftover).doesNotExist();
    }

    @Test
    void leavesNothingWhenASettingIsRefused() throws Exception {
        PodPins pins = namespaces.plan(pod, EnumSet.complementOf(EnumSet.of(PodNamespace.USER)));

        assertThatThrownBy(() -> namespaces.create(
                        pins, new NamespaceSettings(Map.of("net.ipv4.no_such_key", "1"), Optional.empty())))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageContaining("make the namespaces of pod " + pod.abbreviated())
                .hasMessageContaining("no_such_key");

        assertThat(namespaces.existing()).isEmpty();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(folder.toString());
    }

    private static String enter(String kind, PodNamespace namespace, PodPins pins, String... command)
            throws IOException, InterruptedException {
        String[] all = new String[command.length + 2];
        all[0] = "nsenter";
        all[1] = "--" + kind + "=" + pins.path(namespace).orElseThrow();
        System.arraycopy(command, 0, all, 2, command.length);
        return Commands.run(all);
    }
}
