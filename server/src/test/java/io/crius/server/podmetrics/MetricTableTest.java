package io.crius.server.podmetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cgroup.CgroupMeter.Part;
import io.crius.model.CriusException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricTableTest {
    private static List<String> names(String... groups) {
        return new MetricTable(MetricGroup.parse(List.of(groups)))
                .descriptors().stream().map(MetricDescriptor::name).toList();
    }

    @Test
    void eachGroupHasTheNamesOfCadvisor() {
        assertThat(names("cpu"))
                .containsExactly(
                        "container_last_seen",
                        "container_cpu_user_seconds_total",
                        "container_cpu_system_seconds_total",
                        "container_cpu_usage_seconds_total",
                        "container_cpu_cfs_periods_total",
                        "container_cpu_cfs_throttled_periods_total",
                        "container_cpu_cfs_throttled_seconds_total");
        assertThat(names("network"))
                .containsExactly(
                        "container_last_seen",
                        "container_network_receive_bytes_total",
                        "container_network_receive_packets_total",
                        "container_network_receive_packets_dropped_total",
                        "container_network_receive_errors_total",
                        "container_network_transmit_bytes_total",
                        "container_network_transmit_packets_total",
                        "container_network_transmit_packets_dropped_total",
                        "container_network_transmit_errors_total");
        assertThat(names("pressure"))
                .contains(
                        "container_pressure_cpu_stalled_seconds_total",
                        "container_pressure_cpu_waiting_seconds_total",
                        "container_pressure_memory_stalled_seconds_total",
                        "container_pressure_io_waiting_seconds_total");
        assertThat(names("spec")).hasSize(8);
        assertThat(names()).isEmpty();
    }

    @Test
    void allGroupsTogetherHaveEachNameOnce() {
        assertThat(names("all")).hasSize(56).doesNotHaveDuplicates();
    }

    @Test
    void aDescriptorNamesTheCommonLabelsAndItsOwn() {
        var table = new MetricTable(MetricGroup.parse(List.of("diskIO")));
        assertThat(table.descriptors())
                .filteredOn(d -> d.name().equals("container_blkio_device_usage_total"))
                .singleElement()
                .extracting(MetricDescriptor::labels)
                .isEqualTo(List.of(
                        "id",
                        "name",
                        "image",
                        "namespace",
                        "pod",
                        "container",
                        "device",
                        "major",
                        "minor",
                        "operation"));
    }

    @Test
    void aGroupThatDoesNotExistIsNamed() {
        assertThatThrownBy(() -> MetricGroup.parse(List.of("cpu", "gpu")))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageStartingWith("crio.stats.included_pod_metrics: \"gpu\" is not one of cpu, disk, diskIO");
    }

    @Test
    void onlyWhatGroupsNeedIsRead() {
        assertThat(MetricGroup.parts(Set.of(MetricGroup.SPEC, MetricGroup.NETWORK)))
                .isEmpty();
        assertThat(MetricGroup.parts(EnumSet.allOf(MetricGroup.class))).containsExactlyInAnyOrder(Part.values());
    }
}
