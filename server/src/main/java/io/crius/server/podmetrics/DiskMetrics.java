package io.crius.server.podmetrics;

import io.crius.cgroup.CgroupDetail.DeviceIo;
import io.crius.server.podmetrics.MetricFamily.Point;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** The groups {@code disk} and {@code diskIO}. */
final class DiskMetrics {
    private static final List<String> DEVICE = List.of("device");

    static final List<MetricFamily<ContainerFacts>> DISK = List.of(
            MetricFamily.gauge(
                    "container_fs_inodes_free",
                    "Number of available Inodes",
                    c -> OptionalLong.of(c.disk().freeInodes())),
            MetricFamily.gauge(
                    "container_fs_inodes_total",
                    "Number of Inodes",
                    c -> OptionalLong.of(c.disk().totalInodes())),
            MetricFamily.gauge(
                    "container_fs_limit_bytes",
                    "Number of bytes that can be consumed by the container on this filesystem.",
                    c -> OptionalLong.of(c.disk().totalBytes())),
            MetricFamily.gauge(
                    "container_fs_usage_bytes",
                    "Number of bytes that are consumed by the container on this filesystem.",
                    c -> ContainerFacts.value(c.sample().layer(), layer -> layer.bytes())));

    static final List<MetricFamily<ContainerFacts>> TRANSFERS = List.of(
            MetricFamily.counters(
                    "container_fs_reads_bytes_total",
                    "Cumulative count of bytes read",
                    DEVICE,
                    c -> perDevice(c, DeviceIo::readBytes)),
            MetricFamily.counters(
                    "container_fs_reads_total",
                    "Cumulative count of reads completed",
                    DEVICE,
                    c -> perDevice(c, DeviceIo::reads)),
            MetricFamily.counters(
                    "container_fs_writes_bytes_total",
                    "Cumulative count of bytes written",
                    DEVICE,
                    c -> perDevice(c, DeviceIo::writtenBytes)),
            MetricFamily.counters(
                    "container_fs_writes_total",
                    "Cumulative count of writes completed",
                    DEVICE,
                    c -> perDevice(c, DeviceIo::writes)),
            MetricFamily.counters(
                    "container_blkio_device_usage_total",
                    "Blkio Device bytes usage",
                    List.of("device", "major", "minor", "operation"),
                    DiskMetrics::usage));

    private DiskMetrics() {}

    private static List<Point> perDevice(ContainerFacts c, ToLongFunction<DeviceIo> part) {
        return c.detail().devices().stream()
                .map(device -> new Point(List.of(name(device)), part.applyAsLong(device)))
                .toList();
    }

    private static List<Point> usage(ContainerFacts c) {
        return c.detail().devices().stream()
                .flatMap(device -> Stream.of(
                        operation(device, "Read", device.readBytes()),
                        operation(device, "Write", device.writtenBytes())))
                .toList();
    }

    private static Point operation(DeviceIo device, String operation, long bytes) {
        return new Point(
                List.of(name(device), Integer.toString(device.major()), Integer.toString(device.minor()), operation),
                bytes);
    }

    private static String name(DeviceIo device) {
        return device.major() + ":" + device.minor();
    }
}
