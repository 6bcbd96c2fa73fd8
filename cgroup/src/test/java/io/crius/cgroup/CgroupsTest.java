package io.crius.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupsTest {
    private static final String HEX = "ab".repeat(32);
    private static final ContainerId CONTAINER = new ContainerId(HEX);
    private static final PodId POD = new PodId(HEX);
    private static final String SLICE = "kubepods-burstable-pod1.slice";
    private static final String EXPANDED = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice";

    @TempDir
    Path root;

    private Cgroups cgroupfs() {
        return new CgroupfsCgroups(new UnifiedTree(root, BusyRetry.REAL));
    }

    private final List<String> asked = new ArrayList<>();

    private final class Units implements SystemdUnits {
        @Override
        public void startScope(String unit, String slice, long pid) {
            asked.add("start " + unit + " in " + slice + " for " + pid);
        }

        @Override
        public String own() {
            return "crius.service";
        }

        @Override
        public void stop(String unit) {
            asked.add("stop " + unit);
        }
    }

    private Cgroups systemd() {
        return new SystemdCgroups(new UnifiedTree(root, BusyRetry.REAL), new Units());
    }

    @Test
    void cgroupfsRefusesASlice() {
        assertThatThrownBy(() -> cgroupfs().checkParent("/kubepods.slice/" + SLICE))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("cri-o configured with cgroupfs cgroup manager, but received systemd slice as parent:"
                        + " /kubepods.slice/" + SLICE);
        cgroupfs().checkParent("/kubepods/burstable/pod1");
        cgroupfs().checkParent("/a.slice/b");
        cgroupfs().checkParent("");
    }

    @Test
    void systemdRefusesWhatIsNoSlice() {
        assertThatThrownBy(() -> systemd().checkParent("/kubepods/pod1"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("cri-o configured with systemd cgroup manager, but did not receive slice as parent:"
                        + " /kubepods/pod1");
        systemd().checkParent("/kubepods.slice/" + SLICE);
        systemd().checkParent("");
        for (String bad : new String[] {".slice", "-a.slice", "a-.slice", "a--b.slice"}) {
            assertThatThrownBy(() -> systemd().checkParent(bad))
                    .hasMessageStartingWith("invalid systemd slice name \"" + bad + "\"");
        }
    }

    @Test
    void parentsThatGoUpAreRefused() {
        assertThatThrownBy(() -> cgroupfs().checkParent("/kubepods/../../etc"))
                .hasMessage("cgroup path \"/kubepods/../../etc\" may not contain \"..\"");
        assertThatThrownBy(() -> systemd().checkParent("../a.slice")).hasMessageContaining("may not contain");
    }

    @Test
    void cgroupfsNamesByPath() {
        Cgroups cgroups = cgroupfs();
        assertThat(cgroups.containerPath("/kubepods/pod1", CONTAINER)).isEqualTo("/kubepods/pod1/crio-" + HEX);
        assertThat(cgroups.containerCgroup("/kubepods/pod1", CONTAINER)).hasToString("/kubepods/pod1/crio-" + HEX);
        assertThat(cgroups.containerPath("", CONTAINER)).isEqualTo("/crio/crio-" + HEX);
        assertThat(cgroups.containerPath("pod1/", CONTAINER)).isEqualTo("/pod1/crio-" + HEX);
        assertThat(cgroups.parentOrDefault("")).isEqualTo("/crio");
        assertThat(cgroups.sandboxCgroup("", POD)).hasToString("Optional[/crio/crio-" + HEX + "]");
        assertThat(cgroups.podCgroup("/kubepods//pod1")).contains(new CgroupPath("/kubepods/pod1"));
    }

    @Test
    void systemdNamesByUnit() {
        Cgroups cgroups = systemd();
        for (String parent : new String[] {SLICE, EXPANDED}) {
            assertThat(cgroups.containerPath(parent, CONTAINER)).isEqualTo(SLICE + ":crio:" + HEX);
            assertThat(cgroups.containerCgroup(parent, CONTAINER)).hasToString(EXPANDED + "/crio-" + HEX + ".scope");
            assertThat(cgroups.podCgroup(parent)).contains(new CgroupPath(EXPANDED));
            assertThat(cgroups.sandboxCgroup(parent, POD)).contains(new CgroupPath(EXPANDED + "/crio-" + HEX));
        }
    }

    @Test
    void systemdWithoutParentUsesTheSystemSliceForContainersAndNothingForPods() {
        Cgroups cgroups = systemd();
        assertThat(cgroups.containerPath("", CONTAINER)).isEqualTo("system.slice:crio:" + HEX);
        assertThat(cgroups.containerCgroup("", CONTAINER)).hasToString("/system.slice/crio-" + HEX + ".scope");
        assertThat(cgroups.podCgroup("")).isEmpty();
        assertThat(cgroups.sandboxCgroup("", POD)).isEmpty();
        assertThat(cgroups.sandboxCgroup(cgroups.parentOrDefault(""), POD)).isEmpty();
        cgroups.createSandbox("", POD);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void theRootSliceIsTheRoot() {
        assertThat(new SliceName("-.slice").cgroup()).isEqualTo(CgroupPath.ROOT);
        assertThat(new SliceName("a.slice").cgroup()).hasToString("/a.slice");
    }

    @Test
    void systemdIsAskedForAScopeOfTheMonitor() {
        systemd().addMonitor(EXPANDED, CONTAINER, 7);
        systemd().keepMonitor("", CONTAINER, 8);
        systemd().keepMonitor("machine.slice", CONTAINER, 9);
        systemd().removeMonitor(EXPANDED, CONTAINER);
        String scope = "crio-conmon-" + HEX + ".scope";
        assertThat(asked)
                .containsExactly(
                        "start " + scope + " in " + SLICE + " for 7",
                        "start " + scope + " in system.slice for 8",
                        "start " + scope + " in machine.slice for 9");
    }

    @Test
    void scopesAreOrderedAfterTheDaemonWhereSystemdMakesThem() {
        assertThat(systemd().ownUnit()).contains("crius.service");
        assertThat(cgroupfs().ownUnit()).isEmpty();
    }

    @Test
    void withoutSystemdAMonitorStaysWithTheDaemon() {
        cgroupfs().keepMonitor("", CONTAINER, 8);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aPodWithTooLittleMemoryIsRefused() throws IOException {
        Path pod = Files.createDirectories(root.resolve("kubepods/pod1"));
        Files.writeString(pod.resolve("memory.max"), "1000000\n");
        assertThatThrownBy(() -> cgroupfs().checkMemory("/kubepods/pod1", 12 << 20))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("set memory limit 1000000 too low; should be at least 12582912 bytes");
        cgroupfs().checkMemory("/kubepods/pod1", 1_000_000);
        Files.writeString(pod.resolve("memory.max"), "max\n");
        cgroupfs().checkMemory("/kubepods/pod1", 12 << 20);
        cgroupfs().checkMemory("/kubepods/gone", 12 << 20);
        systemd().checkMemory("", 12 << 20);
        Cgroups.checkMemoryLimit(0, 12 << 20);
    }

    @Test
    void sandboxCgroupsAreMadeAndRemovedAnyNumberOfTimes() {
        Cgroups cgroups = systemd();
        for (int round = 0; round < 2; round++) {
            cgroups.createSandbox(EXPANDED, POD);
            cgroups.createSandbox(EXPANDED, POD);
            assertThat(root.resolve(EXPANDED.substring(1)).resolve("crio-" + HEX))
                    .isDirectory();
            cgroups.removeSandbox(EXPANDED, POD);
            cgroups.removeSandbox(EXPANDED, POD);
            assertThat(root.resolve(EXPANDED.substring(1))).isEmptyDirectory();
        }
    }
}
