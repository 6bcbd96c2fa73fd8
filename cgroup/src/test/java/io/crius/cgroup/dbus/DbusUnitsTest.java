package io.crius.cgroup.dbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DbusUnitsTest {
    @TempDir
    Path folder;

    private DbusUnits units() {
        return new DbusUnits(folder.resolve("private"), folder.resolve("bus"), 0, "crius.service");
    }

    @Test
    void aScopeIsStartedOnSystemdsOwnSocket() throws IOException {
        try (var systemd = new FakeSystemd(folder.resolve("private"), false)) {
            units().startScope("crio-conmon-1.scope", "machine.slice", 4711);
            assertThat(systemd.done)
                    .containsExactly(
                            "start crio-conmon-1.scope {After=[crius.service], DefaultDependencies=b0, Delegate=b1, KillSignal=i13,"
                                    + " PIDs=4:4711, Slice=machine.slice}");
            assertThat(systemd.wrong).isEmpty();
        }
    }

    @Test
    void withoutThatSocketTheBusIsGreetedFirst() throws IOException {
        try (var systemd = new FakeSystemd(folder.resolve("bus"), true)) {
            units().startScope("a.scope", "system.slice", 1);
            units().stop("a.scope");
            assertThat(systemd.done).hasSize(2).last().isEqualTo("stop a.scope replace");
            assertThat(systemd.wrong).isEmpty();
        }
    }

    @Test
    void aJobThatFailsIsTold() throws IOException {
        try (var systemd = new FakeSystemd(folder.resolve("private"), false)) {
            systemd.jobResult = "dependency";
            assertThatThrownBy(() -> units().startScope("a.scope", "b.slice", 7))
                    .isInstanceOf(CriusException.Failed.class)
                    .hasMessage("systemd: start a.scope in b.slice for process 7 (by " + folder.resolve("private")
                            + "): the job ended as \"dependency\"; journalctl may say why");
        }
    }

    @Test
    void aRefusalIsTold() throws IOException {
        try (var systemd = new FakeSystemd(folder.resolve("private"), false)) {
            systemd.refusal = "org.freedesktop.DBus.Error.AccessDenied";
            assertThatThrownBy(() -> units().startScope("a.scope", "b.slice", 7))
                    .hasMessageEndingWith("org.freedesktop.DBus.Error.AccessDenied: because");
            systemd.refusal = "org.freedesktop.systemd1.UnitExists";
            assertThatThrownBy(() -> units().startScope("a.scope", "b.slice", 7))
                    .hasMessageContaining("a unit of that name runs already");
        }
    }

    @Test
    void theDaemonsUnitIsTheServiceThatItsCgroupIsOf() throws IOException {
        Path cgroups = folder.resolve("cgroup");
        Files.writeString(cgroups, "4:memory:/system.slice\n1:name=systemd:/system.slice/crio.service\n0::/\n");
        assertThat(DbusUnits.unit(cgroups)).isEqualTo("crio.service");
        Files.writeString(cgroups, "0::/system.slice/my-crius.service\n");
        assertThat(DbusUnits.unit(cgroups)).isEqualTo("my-crius.service");
        Files.writeString(cgroups, "0::/user.slice/session-1.scope\n");
        assertThat(DbusUnits.unit(cgroups)).isEqualTo("crius.service");
    }

    @Test
    void stoppingTheUnknownIsSuccess() throws IOException {
        try (var systemd = new FakeSystemd(folder.resolve("private"), false)) {
            systemd.refusal = "org.freedesktop.systemd1.NoSuchUnit";
            assertThatCode(() -> units().stop("a.scope")).doesNotThrowAnyException();
            systemd.refusal = "org.freedesktop.DBus.Error.Failed";
            assertThatThrownBy(() -> units().stop("a.scope")).hasMessageContaining("systemd: stop a.scope");
        }
    }

    @Test
    void withoutSystemdTheSocketIsNamed() {
        assertThatThrownBy(() -> units().stop("a.scope"))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageContaining("systemd: stop a.scope (by " + folder.resolve("bus") + ")");
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        try (var systemd = new FakeSystemd(folder.resolve("private"), false)) {
            systemd.silent = true;
            var failure = new java.util.concurrent.CompletableFuture<Throwable>();
            Thread thread = Thread.ofVirtual().start(() -> {
                try {
                    units().stop("a.scope");
                    failure.complete(new AssertionError("no failure"));
                } catch (CriusException e) {
                    failure.complete(e);
                }
            });
            thread.interrupt();
            assertThat(failure.get()).isInstanceOf(CriusException.Cancelled.class);
        }
    }

    /** Worked out by hand after the specification, the second in the other byte order. */
    @Test
    void messagesAreAsTheSpecificationHasThem() throws IOException {
        byte[] written = Message.write(
                Message.RETURN,
                3,
                Map.of(),
                1,
                "s",
                new WireWriter().string("hi").bytes());
        assertThat(HexFormat.of().formatHex(written))
                .isEqualTo("6c02000107000000030000000f000000" + "0501750001000000" + "0801670001730000"
                        + "02000000686900");
        byte[] big = HexFormat.of()
                .parseHex("4202000100000007000000030000000f" + "0501750000000001" + "0801670001730000"
                        + "00000002686900");
        Message message = Message.parse(ByteBuffer.wrap(big));
        assertThat(message.replyTo()).isOne();
        assertThat(message.serial()).isEqualTo(3);
        assertThat(message.reader().string()).isEqualTo("hi");
    }

    @Test
    void whatIsNoMessageIsRefused() {
        assertThatThrownBy(() -> Message.rest(
                        ByteBuffer.wrap("HTTP/1.1 200 OK\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))))
                .hasMessage("not a D-Bus message");
        byte[] huge = HexFormat.of().parseHex("6c020001ffffffff0000000300000000");
        assertThatThrownBy(() -> Message.rest(ByteBuffer.wrap(huge))).hasMessageContaining("is too large");
    }
}
