package io.crius.server.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cgroup.CgroupLayout;
import io.crius.cgroup.CgroupPath;
import io.crius.cgroup.CgroupTree;
import io.crius.cgroup.CpuSet;
import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.server.annotation.AnnotationRules;
import io.crius.server.annotation.PodAnnotations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node of eight CPUs, two threads to a core, as plain files; no machine of the tests lets its own be changed. */
class CpuIsolationTest {
    private static final CgroupPath POD = new CgroupPath("/kubepods/pod1");

    @TempDir
    Path root;

    private CpuIsolation isolation;
    private final Map<String, String> annotations = new HashMap<>();

    @BeforeEach
    void boot() throws IOException {
        for (int cpu = 0; cpu < 8; cpu++) {
            write("cpu/cpu" + cpu + "/power/pm_qos_resume_latency_us", "0\n");
            write("cpu/cpu" + cpu + "/cpufreq/scaling_available_governors", "performance powersave\n");
            write("cpu/cpu" + cpu + "/cpufreq/scaling_governor", "powersave\n");
            write("cpu/cpu" + cpu + "/topology/thread_siblings_list", (cpu % 4) + "," + (cpu % 4 + 4) + "\n");
        }
        write("irq/default_smp_affinity", "ff\n");
        write("irqbalance", "# of the administrator\nIRQBALANCE_BANNED_CPUS=\"80\"\nIRQBALANCE_ARGS=\n");
        open();
    }

    private NodeInterrupts.Places places() {
        return new NodeInterrupts.Places(
                root.resolve("irq/default_smp_affinity"),
                Optional.of(root.resolve("irqbalance")),
                List.of("touch", root.resolve("balanced").toString()));
    }

    private void open() {
        var layout = new CgroupLayout(
                CgroupLayout.Mode.V1,
                Map.of("cpu", root.resolve("cg-cpu"), "cpuset", root.resolve("cg-cpuset")),
                Set.of(),
                Optional.empty());
        var files = Linux.real().files();
        isolation = CpuIsolation.open(
                root.resolve("records"),
                new CpuIsolation.Node(
                        new NodeCpus(root.resolve("cpu")),
                        new NodeInterrupts(places(), files),
                        CgroupTree.of(layout),
                        files));
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private String read(String file) throws IOException {
        return Files.readString(root.resolve(file)).strip();
    }

    private CpuIsolation.Subject subject(ContainerId id, String cpus) throws IOException {
        CgroupPath cgroup = POD.child("crio-" + id);
        for (String path : List.of(POD.value(), cgroup.value())) {
            write("cg-cpu" + path + "/cpu.cfs_quota_us", "200000\n");
            write("cg-cpuset" + path + "/cpuset.sched_load_balance", "1\n");
        }
        var rules = new AnnotationRules(new HashSet<>(annotations.keySet()), Map.of());
        CpuWishes wishes = CpuWishes.of(
                "main", PodAnnotations.of(annotations, rules, List.of()).container("main", Map.of()));
        return new CpuIsolation.Subject(id, CpuSet.parse(cpus), wishes, cgroup, Optional.of(POD));
    }

    @Test
    void interruptsAreKeptOffAndLetBackAtTheEnd() throws IOException {
        annotations.put("irq-load-balancing.crio.io", "disable");
        ContainerId id = ContainerId.random();
        isolation.begin(subject(id, "2-3"));
        assertThat(read("irq/default_smp_affinity")).isEqualTo("f3");
        assertThat(read("irqbalance"))
                .isEqualTo("# of the administrator\nIRQBALANCE_ARGS=\nIRQBALANCE_BANNED_CPUS=\"8c\"");
        assertThat(root.resolve("balanced")).exists();
        isolation.end(id);
        isolation.end(id);
        assertThat(read("irq/default_smp_affinity")).isEqualTo("ff");
        assertThat(read("irqbalance")).endsWith("IRQBALANCE_BANNED_CPUS=\"80\"");
        assertThat(root.resolve("records")).isEmptyDirectory();
    }

    @Test
    void cpusThatServedNoneBeforeDoNotAfterwards() throws IOException {
        write("irq/default_smp_affinity", "f7\n");
        annotations.put("irq-load-balancing.crio.io", "disable");
        ContainerId id = ContainerId.random();
        isolation.begin(subject(id, "2-3,7"));
        assertThat(read("irq/default_smp_affinity")).isEqualTo("73");
        assertThat(read("irqbalance")).endsWith("IRQBALANCE_BANNED_CPUS=\"8c\"");
        isolation.end(id);
        assertThat(read("irq/default_smp_affinity")).isEqualTo("f7");
        assertThat(read("irqbalance")).endsWith("IRQBALANCE_BANNED_CPUS=\"80\"");
    }

    @Test
    void afterARebootIrqbalanceIsToldWhatItWasToldBeforeTheFirstContainer() throws IOException {
        Path saved = root.resolve("sysconfig/orig_irq_banned_cpus");
        interrupts().restore(saved);
        assertThat(read("sysconfig/orig_irq_banned_cpus")).isEqualTo("80");

        write("irq/default_smp_affinity", "f3\n");
        write("irqbalance", "IRQBALANCE_BANNED_CPUS=\"8c\"\n");
        interrupts().restore(saved);
        assertThat(read("irqbalance")).isEqualTo("IRQBALANCE_BANNED_CPUS=\"8c\"");

        write("irq/default_smp_affinity", "ff\n");
        interrupts().restore(saved);
        assertThat(read("irqbalance")).isEqualTo("IRQBALANCE_BANNED_CPUS=\"80\"");
        assertThat(root.resolve("balanced")).exists();
    }

    private NodeInterrupts interrupts() {
        return new NodeInterrupts(places(), Linux.real().files());
    }

    @Test
    void theFirstCpuWithItsSiblingsKeepsHouse() throws IOException {
        annotations.put("irq-load-balancing.crio.io", "housekeeping");
        assertThat(isolation.housekeeping(CpuSet.parse("1-2,5-6"))).hasToString("1,5");
        isolation.begin(subject(ContainerId.random(), "1-2,5-6"));
        assertThat(read("irq/default_smp_affinity")).isEqualTo("bb");
    }

    @Test
    void theLastCpuServesInterruptsWhateverIsWished() throws IOException {
        annotations.put("irq-load-balancing.crio.io", "disable");
        assertThatThrownBy(() -> isolation.begin(subject(ContainerId.random(), "0-7")))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageStartingWith("no CPU of the node would be left for interrupts");
        assertThat(read("irq/default_smp_affinity")).isEqualTo("ff");
    }

    @Test
    void latencyAndGovernorAreSetForTheContainersCpusAlone() throws IOException {
        annotations.put("cpu-c-states.crio.io", "max_latency:10");
        annotations.put("cpu-freq-governor.crio.io", "performance");
        ContainerId id = ContainerId.random();
        isolation.begin(subject(id, "2,6"));
        assertThat(read("cpu/cpu2/power/pm_qos_resume_latency_us")).isEqualTo("10");
        assertThat(read("cpu/cpu6/cpufreq/scaling_governor")).isEqualTo("performance");
        assertThat(read("cpu/cpu1/power/pm_qos_resume_latency_us")).isEqualTo("0");
        isolation.end(id);
        assertThat(read("cpu/cpu2/power/pm_qos_resume_latency_us")).isEqualTo("0");
        assertThat(read("cpu/cpu6/cpufreq/scaling_governor")).isEqualTo("powersave");
    }

    @Test
    void aGovernorThatTheNodeHasNotGotIsRefusedAndNothingIsChanged() throws IOException {
        annotations.put("cpu-freq-governor.crio.io", "schedutil");
        assertThatThrownBy(() -> isolation.begin(subject(ContainerId.random(), "2")))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessage("the node has no CPU frequency governor schedutil; there are performance powersave");
        assertThat(root.resolve("records")).doesNotExist();
    }

    @Test
    void quotaAndBalancingAreTakenOffPodAndContainer() throws IOException {
        annotations.put("cpu-quota.crio.io", "disable");
        annotations.put("cpu-load-balancing.crio.io", "disable");
        ContainerId id = ContainerId.random();
        isolation.begin(subject(id, "2"));
        assertThat(read("cg-cpu/kubepods/pod1/cpu.cfs_quota_us")).isEqualTo("-1");
        assertThat(read("cg-cpu/kubepods/pod1/crio-" + id + "/cpu.cfs_quota_us"))
                .isEqualTo("-1");
        String balance = "cg-cpuset/kubepods/pod1/crio-" + id + "/cpuset.sched_load_balance";
        assertThat(read(balance)).isEqualTo("0");
        isolation.end(id);
        assertThat(read(balance)).isEqualTo("1");
    }

    /** kubelet gives the CPUs of a container that ended to the next one at once. */
    @Test
    void whatTheLastContainerWasGivenIsNotTakenForWhatWasThereBefore() throws IOException {
        annotations.put("cpu-c-states.crio.io", "disable");
        ContainerId first = ContainerId.random();
        ContainerId second = ContainerId.random();
        isolation.begin(subject(first, "2-3"));
        isolation.begin(subject(second, "3-4"));
        isolation.end(first);
        assertThat(read("cpu/cpu2/power/pm_qos_resume_latency_us")).isEqualTo("0");
        assertThat(read("cpu/cpu3/power/pm_qos_resume_latency_us")).isEqualTo("n/a");
        isolation.end(second);
        assertThat(read("cpu/cpu3/power/pm_qos_resume_latency_us")).isEqualTo("0");
    }

    @Test
    void aLaterDaemonKnowsWhatWasChanged() throws IOException {
        annotations.put("cpu-c-states.crio.io", "disable");
        annotations.put("irq-load-balancing.crio.io", "disable");
        ContainerId id = ContainerId.random();
        isolation.begin(subject(id, "2"));
        open();
        assertThat(isolation.subjects()).containsExactly(id);
        isolation.end(id);
        assertThat(read("cpu/cpu2/power/pm_qos_resume_latency_us")).isEqualTo("0");
        assertThat(read("irq/default_smp_affinity")).isEqualTo("ff");
        open();
        assertThat(isolation.subjects()).isEmpty();
    }

    @Test
    void aLatencyThatIsNoneIsRefused() {
        annotations.put("cpu-c-states.crio.io", "max_latency:soon");
        assertThatThrownBy(() -> subject(ContainerId.random(), "2"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage(
                        "container main: annotation cpu-c-states.crio.io \"max_latency:soon\" is not enable, disable"
                                + " or max_latency:<microseconds>");
    }
}
