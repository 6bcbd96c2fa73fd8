package io.crius.server.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodAnnotationsTest {
    private static final AnnotationRules DEVICES = new AnnotationRules(Set.of("devices.crio.io"), Map.of());

    @Test
    void whatIsNotAllowedIsAsIfItWereNotThere() {
        var pod = PodAnnotations.of(
                Map.of(
                        "devices.crio.io", "/dev/fuse",
                        "umask.crio.io", "0077",
                        "io.kubernetes.cri-o.ShmSize", "1Gi",
                        "io.containers.trace-syscall/main", "of:/tmp/x",
                        "skip-gomaxprocs.crio.io", "true",
                        "example.com/team", "blue"),
                DEVICES,
                List.of());
        assertThat(pod.all()).containsOnlyKeys("devices.crio.io", "skip-gomaxprocs.crio.io", "example.com/team");
        assertThat(pod.find(SpecialAnnotation.UMASK)).isEmpty();
    }

    /** By these crun would take another filter than the pod's security context asks for. */
    @Test
    void filtersOfTheRuntimeHaveToBeAllowed() {
        Map<String, String> asked = Map.of(
                "run.oci.seccomp_bpf_data", "AAAA",
                "run.oci.seccomp.plugins", "a.so",
                "run.oci.seccomp.receiver/main", "/run/x.sock",
                "run.oci.keep_original_groups", "1");

        assertThat(PodAnnotations.of(asked, AnnotationRules.NONE, List.of()).all())
                .containsOnlyKeys("run.oci.keep_original_groups");
        var rules = new AnnotationRules(Set.of("run.oci.seccomp"), Map.of());
        assertThat(PodAnnotations.of(asked, rules, List.of()).all()).isEqualTo(asked);
    }

    @Test
    void allowedUnderOneNameItIsAllowedUnderBoth() {
        var rules = new AnnotationRules(Set.of("io.kubernetes.cri-o.umask", "shm-size.crio.io"), Map.of());
        var pod = PodAnnotations.of(
                Map.of("umask.crio.io", "0077", "io.kubernetes.cri-o.ShmSize", "1Gi"), rules, List.of());
        assertThat(pod.find(SpecialAnnotation.UMASK)).contains("0077");
        assertThat(pod.find(SpecialAnnotation.SHM_SIZE)).contains("1Gi");
    }

    @Test
    void theFormForOneContainerBeatsThatForAllAndTheNewKeyTheOld() {
        var rules = new AnnotationRules(Set.of("umask.crio.io"), Map.of());
        var pod = PodAnnotations.of(
                Map.of(
                        "umask.crio.io", "1",
                        "io.kubernetes.cri-o.umask", "2",
                        "umask.crio.io/main", "3",
                        "io.kubernetes.cri-o.umask.side", "4"),
                rules,
                List.of());
        assertThat(pod.container("main", Map.of()).find(SpecialAnnotation.UMASK))
                .contains("3");
        assertThat(pod.container("side", Map.of()).find(SpecialAnnotation.UMASK))
                .contains("4");
        assertThat(pod.container("other", Map.of()).find(SpecialAnnotation.UMASK))
                .contains("1");
        assertThat(pod.container("main", Map.of("umask.crio.io", "5")).find(SpecialAnnotation.UMASK))
                .contains("5");
    }

    @Test
    void annotationsOfTheContainerAreFilteredToo() {
        var container = PodAnnotations.of(Map.of(), DEVICES, List.of())
                .container("main", Map.of("umask.crio.io", "5", "io.kubernetes.container.hash", "1"));
        assertThat(container.own()).containsOnlyKeys("io.kubernetes.container.hash");
    }

    @Test
    void theHandlersDefaultsAreBeneathThePodsAndFilteredAsWell() {
        var rules = new AnnotationRules(
                Set.of("devices.crio.io"),
                Map.of("devices.crio.io", "/dev/fuse", "umask.crio.io", "7", "a", "handler"));
        assertThat(PodAnnotations.of(Map.of("a", "pod"), rules, List.of()).all())
                .containsExactlyInAnyOrderEntriesOf(Map.of("devices.crio.io", "/dev/fuse", "a", "pod"));
    }

    @Test
    void aWorkloadIsChosenByItsAnnotationAndAllowsMore() {
        var pod = PodAnnotations.of(
                Map.of("management.example.com", "", "umask.crio.io", "0077"), DEVICES, List.of(management()));
        assertThat(pod.find(SpecialAnnotation.UMASK)).contains("0077");
        assertThat(pod.resources("main")).contains(management().resources());
        assertThat(PodAnnotations.of(Map.of(), DEVICES, List.of(management())).resources("main"))
                .isEmpty();
    }

    @Test
    void resourcesOfOneContainerAreOverTheClasses() {
        var pod = PodAnnotations.of(
                Map.of(
                        "management.example.com", "",
                        "resources.example.com/main", "{\"cpushares\": 700, \"cpuset\": \"2\"}",
                        "resources.example.com.cpushares/side", "800"),
                DEVICES,
                List.of(management()));
        assertThat(pod.resources("main").orElseThrow())
                .isEqualTo(new WorkloadResources(
                        OptionalLong.of(700),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        Optional.of("2")));
        assertThat(pod.resources("side").orElseThrow().shares()).hasValue(800);
        assertThat(pod.resources("side").orElseThrow().cpus()).contains("0-1");
    }

    @Test
    void resourcesThatCannotBeReadAreRefusedByTheirAnnotation() {
        for (String wrong : List.of("{", "{\"cpus\": 1}", "{\"cpushares\": []}", "{\"cpuset\": \"a-b\"}")) {
            var pod = PodAnnotations.of(
                    Map.of("management.example.com", "", "resources.example.com/main", wrong),
                    DEVICES,
                    List.of(management()));
            assertThatThrownBy(() -> pod.resources("main"))
                    .isInstanceOf(CriusException.InvalidArgument.class)
                    .hasMessageStartingWith(
                            "container main: annotation resources.example.com/main of workload management: ");
        }
    }

    @Test
    void aLimitInThousandthsDecidesTheQuota() {
        assertThat(WorkloadResources.of(Map.of("cpulimit", "1500", "cpuquota", "7"))
                        .effectiveQuota(0))
                .hasValue(150_000);
        assertThat(WorkloadResources.of(Map.of("cpulimit", "1500")).effectiveQuota(10_000))
                .hasValue(15_000);
        assertThat(WorkloadResources.of(Map.of("cpulimit", "500", "cpuperiod", "50000"))
                        .effectiveQuota(10_000))
                .hasValue(25_000);
        assertThat(WorkloadResources.of(Map.of("cpulimit", "1")).effectiveQuota(0))
                .hasValue(1_000);
        assertThat(WorkloadResources.of(Map.of("cpuquota", "7")).effectiveQuota(0))
                .hasValue(7);
        assertThatThrownBy(() -> WorkloadResources.of(Map.of("memory", "1")))
                .hasMessage("\"memory\" is no resource of a workload; there are cpulimit, cpuperiod, cpuquota, cpuset,"
                        + " cpushares");
        assertThatThrownBy(() -> WorkloadResources.of(Map.of("cpushares", "many")))
                .hasMessage("cpushares \"many\" is not a whole number");
    }

    private static Workload management() {
        return new Workload(
                "management",
                "management.example.com",
                "resources.example.com",
                List.of("umask.crio.io"),
                WorkloadResources.of(Map.of("cpuset", "0-1")));
    }
}
