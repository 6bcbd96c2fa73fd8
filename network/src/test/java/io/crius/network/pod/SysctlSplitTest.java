package io.crius.network.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SysctlSplitTest {
    private static final Set<PodNamespace> ALL = EnumSet.allOf(PodNamespace.class);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "net.ipv4.ip_local_port_range",
                "net/ipv4/ip_unprivileged_port_start",
                "net/ipv4/conf/eth0.100/rp_filter",
                "kernel.shmmax",
                "kernel.shm_rmid_forced",
                "kernel.msgmax",
                "kernel.sem",
                "fs.mqueue.msg_max"
            })
    void acceptsWhatTheKernelKeepsPerNamespace(String name) {
        assertThat(SysctlSplit.of(Map.of(name, "1"), ALL).accepted()).containsExactly(Map.entry(name, "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vm.swappiness", "kernel.semaphore", "kernel.domainname", "fs.file-max", "network.x"})
    void refusesWhatWouldChangeTheNode(String name) {
        SysctlSplit split = SysctlSplit.of(Map.of(name, "1"), ALL);

        assertThat(split.accepted()).isEmpty();
        assertThat(split.refused()).containsEntry(name, "it is not namespaced, so it would change the whole node");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "net/../kernel/core_pattern",
                "net.../x",
                "net//ipv4",
                "/net/x",
                "net.ipv4.",
                "net.ipv4 x",
                "",
                "net.ä"
            })
    void refusesNamesThatAreNoPathBelowProcSys(String name) {
        assertThat(SysctlSplit.of(Map.of(name, "1"), ALL).refused())
                .containsEntry(name, "the name is not a path below /proc/sys");
    }

    @Test
    void refusesValuesOfSeveralLines() {
        assertThat(SysctlSplit.of(Map.of("net.x", "1\n2"), ALL).refused())
                .containsEntry("net.x", "the value has more than one line");
    }

    @Test
    void refusesSysctlsOfNamespacesThatAreTheNodes() {
        SysctlSplit split = SysctlSplit.of(
                Map.of("net.ipv4.ip_forward", "1", "kernel.sem", "1"), EnumSet.of(PodNamespace.IPC, PodNamespace.UTS));

        assertThat(split.refused())
                .containsExactly(Map.entry("net.ipv4.ip_forward", "the pod shares the node's network namespace"));
        assertThat(split.accepted()).containsOnlyKeys("kernel.sem");
    }

    @Test
    void keepsTheOrderAskedFor() {
        var requested = new LinkedHashMap<String, String>();
        requested.put("net.z", "1");
        requested.put("net.a", "2");
        requested.put("kernel.sem", "3");

        assertThat(SysctlSplit.of(requested, ALL).accepted()).containsExactlyEntriesOf(requested);
    }
}
