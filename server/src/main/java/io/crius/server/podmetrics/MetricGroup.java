package io.crius.server.podmetrics;

import io.crius.cgroup.CgroupMeter.Part;
import io.crius.model.CriusException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code included_pod_metrics} chooses from. */
public enum MetricGroup {
    CPU("cpu"),
    DISK("disk"),
    DISK_IO("diskIO"),
    HUGETLB("hugetlb"),
    MEMORY("memory"),
    NETWORK("network"),
    OOM("oom"),
    PROCESS("process"),
    SPEC("spec"),
    PRESSURE("pressure");

    private static final String ALL = "all";

    private final String word;

    MetricGroup(String word) {
        this.word = word;
    }

    /** What of a cgroup has to be read for it. */
    Set<Part> parts() {
        return switch (this) {
            case CPU -> Set.of(Part.CPU);
            case DISK_IO -> Set.of(Part.DEVICES);
            case HUGETLB -> Set.of(Part.HUGEPAGES);
            case MEMORY -> Set.of(Part.MEMORY);
            case OOM -> Set.of(Part.OOM);
            case PROCESS -> Set.of(Part.PIDS);
            case DISK, NETWORK, SPEC, PRESSURE -> Set.of();
        };
    }

    /**
     * The groups that the words of the configuration choose.
     *
     * @throws CriusException.InvalidArgument for a word that is none, or {@code all} beside others
     */
    public static Set<MetricGroup> parse(List<String> words) {
        if (words.equals(List.of(ALL))) {
            return EnumSet.allOf(MetricGroup.class);
        }
        Set<MetricGroup> groups = EnumSet.noneOf(MetricGroup.class);
        words.forEach(word -> groups.add(parse(word)));
        return groups;
    }

    private static MetricGroup parse(String word) {
        return Arrays.stream(values())
                .filter(group -> group.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new CriusException.InvalidArgument(
                        "crio.stats.included_pod_metrics: \"" + word + "\" is not one of "
                                + Arrays.stream(values()).map(g -> g.word).collect(Collectors.joining(", "))
                                + ", or all alone"));
    }

    /** What of cgroups has to be read for all of them. */
    public static Set<Part> parts(Set<MetricGroup> groups) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        groups.forEach(group -> parts.addAll(group.parts()));
        return parts;
    }
}
