package io.crius.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CgroupLayoutTest {
    private static final String KERNEL = """
            #subsys_name\thierarchy\tnum_cgroups\tenabled
            cpuset\t3\t2\t1
            cpu\t1\t2\t1
            cpuacct\t2\t2\t1
            memory\t4\t129\t1
            net_cls\t0\t2\t1
            hugetlb\t0\t1\t0
            """;

    private static final String HYBRID = """
            23 1 8:1 / / rw,relatime - ext4 /dev/vda1 rw
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
            34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset,clone_children
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate
            """;

    @Test
    void hybridHasControllersInV1AndAUnifiedTree() {
        CgroupLayout layout = CgroupLayout.parse(HYBRID, KERNEL);
        assertThat(layout.mode()).isEqualTo(CgroupLayout.Mode.HYBRID);
        assertThat(layout.controllers())
                .isEqualTo(Map.of(
                        "cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                        "cpuacct", Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                        "cpuset", Path.of("/sys/fs/cgroup/cpuset"),
                        "memory", Path.of("/sys/fs/cgroup/memory")));
        assertThat(layout.named()).isEqualTo(Set.of(Path.of("/sys/fs/cgroup/systemd")));
        assertThat(layout.unified()).contains(Path.of("/sys/fs/cgroup/unified"));
        assertThat(layout.hierarchies()).hasSize(3);
        assertThat(layout).hasToString("HYBRID (cpu cpuacct cpuset memory)");
    }

    @Test
    void v1HasNoUnifiedTree() {
        CgroupLayout layout = CgroupLayout.parse(HYBRID.replaceAll(".*cgroup2.*\n", ""), KERNEL);
        assertThat(layout.mode()).isEqualTo(CgroupLayout.Mode.V1);
        assertThat(layout.unified()).isEmpty();
    }

    @Test
    void v2HasNothingElse() {
        CgroupLayout layout = CgroupLayout.parse(
                "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n", KERNEL);
        assertThat(layout.mode()).isEqualTo(CgroupLayout.Mode.V2);
        assertThat(layout.unified()).contains(Path.of("/sys/fs/cgroup"));
        assertThat(layout).hasToString("V2");
    }

    @Test
    void aNamedHierarchyAloneDoesNotMakeItV1() {
        CgroupLayout layout = CgroupLayout.parse("""
                30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw
                31 23 0:27 / /run/systemd rw - cgroup cgroup rw,name=systemd
                """, KERNEL);
        assertThat(layout.mode()).isEqualTo(CgroupLayout.Mode.V2);
    }

    @Test
    void theFirstMountOfAControllerCountsAndPathsAreUnescaped() {
        CgroupLayout layout = CgroupLayout.parse("""
                35 31 0:32 / /my\\040cgroups/memory rw - cgroup cgroup rw,memory
                36 31 0:32 / /again/memory rw - cgroup cgroup rw,memory
                """, KERNEL);
        assertThat(layout.controllers()).isEqualTo(Map.of("memory", Path.of("/my cgroups/memory")));
    }

    @Test
    void aNodeWithoutCgroupsIsRefused() {
        assertThatThrownBy(() -> CgroupLayout.parse("23 1 8:1 / / rw - ext4 /dev/vda1 rw\nnonsense\n", KERNEL))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageStartingWith("no cgroup hierarchy with controllers is mounted; mount cgroup2");
    }
}
