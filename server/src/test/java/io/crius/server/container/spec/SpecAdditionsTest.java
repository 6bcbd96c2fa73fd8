package io.crius.server.container.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cgroup.CpuSet;
import io.crius.config.ExecCpus;
import io.crius.cri.v1.KeyValue;
import io.crius.cri.v1.Mount;
import io.crius.model.CriusException;
import io.crius.oci.cdi.CdiEdits;
import io.crius.oci.cdi.CdiSpec;
import io.crius.oci.hook.HookFile;
import io.crius.oci.json.Json;
import io.crius.oci.runtime.DeviceRule;
import io.crius.oci.runtime.HookStage;
import io.crius.oci.runtime.LinuxDevice;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.SpecMount;
import io.crius.server.annotation.AnnotationRules;
import io.crius.server.annotation.Workload;
import io.crius.server.annotation.WorkloadResources;
import io.crius.server.container.spec.GrantedMount.Writing;
import io.crius.server.state.RequestedMount.Propagation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What specs get from annotations, workload classes, CDI devices, hooks and the node. */
class SpecAdditionsTest {
    private final SpecFixture fixture = new SpecFixture();

    @TempDir
    Path folder;

    private void annotate(String key, String value) {
        fixture.pod.putAnnotations(key, value);
        String special = key.contains("/") ? key.substring(0, key.indexOf('/')) : key;
        fixture.handler = fixture.handler.withAnnotations(new AnnotationRules(Set.of(special), Map.of()));
    }

    @Test
    void theUmaskIsThatOfTheAnnotation() {
        annotate("umask.crio.io", "0027");
        assertThat(fixture.spec().process().user().umask()).isEqualTo(OptionalInt.of(027));
        annotate("umask.crio.io", "9");
        assertThatThrownBy(fixture::spec)
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("container main: annotation umask.crio.io \"9\" is not an octal number such as 0027");
    }

    @Test
    void goProgramsAreToldOfTheirShareWhereNothingLimitsThem() {
        fixture.process = new NodeRules.ProcessRules(List.of(), List.of(), 0, 2);
        assertThat(goProcessors()).isEqualTo("2");
        fixture.resources(r -> r.setCpuShares(3000));
        assertThat(goProcessors()).isEqualTo("6");
        fixture.config.addEnvs(
                KeyValue.newBuilder().setKey("GOMAXPROCS").setValue(com.google.protobuf.ByteString.copyFromUtf8("1")));
        assertThat(goProcessors()).isEqualTo("1");
        fixture.config.clearEnvs();
        fixture.resources(r -> r.setCpuQuota(1000));
        assertThat(goProcessors()).isEmpty();
        fixture.resources(r -> r.setCpuQuota(0));
        fixture.pod.putAnnotations("skip-gomaxprocs.crio.io", "true");
        assertThat(goProcessors()).isEmpty();
    }

    private String goProcessors() {
        return fixture.spec().process().env().stream()
                .filter(entry -> entry.startsWith("GOMAXPROCS="))
                .map(entry -> entry.substring("GOMAXPROCS=".length()))
                .findFirst()
                .orElse("");
    }

    @Test
    void unifiedFilesComeByAnnotationInPlainTextOrBase64() {
        fixture.hierarchy = NodeRules.Hierarchy.V2;
        fixture.resources(r -> r.putUnified("memory.low", "1").putUnified("memory.high", "2"));
        annotate("unified-cgroup.crio.io/main", "memory.high=1000;cpu.weight=NTAw;io.max=max");
        assertThat(fixture.spec().linux().resources().unified())
                .isEqualTo(Map.of("memory.low", "1", "memory.high", "1000", "cpu.weight", "500", "io.max", "max"));
        annotate("unified-cgroup.crio.io/main", "../memory.high=1");
        assertThatThrownBy(fixture::spec).hasMessageContaining("\"../memory.high=1\" is not file=value");
    }

    @Test
    void theCgroupIsWritableByAnnotationOnTheSecondVersion() {
        annotate("cgroup2-mount-hierarchy-rw.crio.io", "true");
        assertThat(options("/sys/fs/cgroup")).contains("ro");
        fixture.hierarchy = NodeRules.Hierarchy.V2;
        assertThat(options("/sys/fs/cgroup")).contains("rw").doesNotContain("ro");
    }

    @Test
    void commandsRunOnTheFirstCpuWhereTheHandlerWantsThat() {
        fixture.handler = fixture.handler.withExecCpus(ExecCpus.FIRST);
        assertThat(fixture.spec().process().execCpuAffinity()).isEmpty();
        fixture.resources(r -> r.setCpusetCpus("2-3").setCpuShares(2048));
        assertThat(fixture.spec().process().execCpuAffinity()).contains("2");
        fixture.cpus = new NodeRules.CpuRules(CpuSet.parse("5-6"), cpus -> cpus);
        annotate("cpu-shared.crio.io/main", "enable");
        fixture.handler = fixture.handler.withExecCpus(ExecCpus.FIRST);
        RuntimeSpec spec = fixture.spec();
        assertThat(spec.process().execCpuAffinity()).contains("5");
        assertThat(spec.linux().resources().cpu().cpus()).contains("2-3,5-6");
        assertThat(Json.write(spec.process().toJson()))
                .contains("\"execCPUAffinity\":{\"initial\":\"5\",\"final\":\"5\"}");
    }

    @Test
    void aContainerIsToldWhichOfItsCpusServeInterrupts() {
        fixture.resources(r -> r.setCpusetCpus("2-3").setCpuShares(2048));
        fixture.cpus = new NodeRules.CpuRules(NodeRules.CpuRules.NONE.shared(), own -> own.without(CpuSet.parse("3")));
        annotate("irq-load-balancing.crio.io", "housekeeping");
        assertThat(fixture.spec().process().env()).contains("OPENSHIFT_HOUSEKEEPING_CPUS=2");
        annotate("irq-load-balancing.crio.io", "disable");
        assertThat(fixture.spec().process().env()).noneMatch(line -> line.startsWith("OPENSHIFT_"));
    }

    @Test
    void aWorkloadClassBeatsTheRequest() {
        fixture.workloads = List.of(new Workload(
                "management",
                "management.example.com",
                "resources.example.com",
                List.of(),
                WorkloadResources.of(Map.of("cpuset", "0-1", "cpushares", "100"))));
        fixture.resources(r -> r.setCpuShares(5).setCpuPeriod(50_000));
        assertThat(fixture.spec().linux().resources().cpu().shares()).hasValue(5);
        fixture.pod.putAnnotations("management.example.com", "");
        fixture.pod.putAnnotations("resources.example.com/main", "{\"cpulimit\": 500}");
        var cpu = fixture.spec().linux().resources().cpu();
        assertThat(cpu.shares()).hasValue(100);
        assertThat(cpu.quota()).hasValue(25_000);
        assertThat(cpu.cpus()).contains("0-1");
    }

    @Test
    void systemdGetsFoldersInMemoryAndItsCgroup() {
        fixture.config.clearCommand().addCommand("/sbin/init");
        fixture.hierarchy = NodeRules.Hierarchy.V2;
        RuntimeSpec spec = fixture.spec();
        assertThat(spec.mounts())
                .extracting(SpecMount::destination)
                .contains("/run", "/run/lock", "/tmp", "/var/log/journal");
        assertThat(options("/sys/fs/cgroup")).containsExactly("private", "rw");
        assertThat(spec.process().env()).contains("container=crio");
        fixture.config.clearCommand().addCommand("/bin/systemd-analyze");
        assertThat(fixture.spec().process().env()).doesNotContain("container=crio");
    }

    @Test
    void theScopeOfAContainerIsStoppedBeforeTheDaemonAndNotBeforeItsTimeIsOver() {
        fixture.config.putAnnotations("io.kubernetes.pod.terminationGracePeriod", "120");
        fixture.daemon = Optional.of("crio.service");
        assertThat(fixture.spec().annotations())
                .containsEntry("org.systemd.property.TimeoutStopUSec", "uint64 120000000")
                .containsEntry("org.systemd.property.DefaultDependencies", "true")
                .containsEntry("org.systemd.property.After", "['crio.service']");
        fixture.pod.putAnnotations("org.systemd.property.TimeoutStopUSec", "uint64 7000000");
        assertThat(fixture.spec().annotations())
                .containsEntry("org.systemd.property.TimeoutStopUSec", "uint64 7000000");
        fixture.daemon = Optional.empty();
        assertThat(fixture.spec().annotations()).doesNotContainKeys("org.systemd.property.DefaultDependencies");
    }

    @Test
    void onTheFirstVersionSystemdGetsItsOwnHierarchyWithoutTheReleaseAgent() {
        fixture.config.clearCommand().addCommand("/usr/lib/systemd/systemd");
        RuntimeSpec before = RuntimeSpec.EMPTY.withProcess(p -> p.args(List.of("/usr/lib/systemd/systemd")));
        RuntimeSpec spec = new SystemdStep(NodeRules.Hierarchy.V1, folder).apply(fixture.facts(), before);
        assertThat(spec.mounts())
                .contains(SpecMount.bind(
                        folder.toString(), "/sys/fs/cgroup/systemd", List.of("bind", "nodev", "noexec", "nosuid")));
        assertThat(spec.linux().maskedPaths()).containsExactly("/sys/fs/cgroup/systemd/release_agent");
        RuntimeSpec without =
                new SystemdStep(NodeRules.Hierarchy.V1, folder.resolve("none")).apply(fixture.facts(), before);
        assertThat(without.linux().maskedPaths()).isEmpty();
    }

    @Test
    void aCdiDeviceBringsAllThatItsSpecificationSays() {
        CdiEdits edits = edits("""
                {"env": ["A=cdi", "B=cdi"], "additionalGids": [44],
                 "hooks": [{"hookName": "createRuntime", "path": "/bin/hook"}],
                 "mounts": [{"hostPath": "/usr/lib/gpu", "containerPath": "/lib/gpu", "options": ["ro"]},
                            {"hostPath": "none", "containerPath": "/data", "type": "tmpfs"}],
                 "intelRdt": {"closID": "fast", "schemata": ["L3:0=f"]}}""");
        var node = new GrantedDevice(
                new LinuxDevice("/dev/gpu", "c", 9, 8, OptionalInt.empty(), OptionalLong.empty(), OptionalLong.empty()),
                "rw");
        fixture.additions = new NodeAdditions(List.of(), List.of(new DeviceEdits(edits, List.of(node))), List.of());
        fixture.config.addEnvs(
                KeyValue.newBuilder().setKey("A").setValue(com.google.protobuf.ByteString.copyFromUtf8("request")));
        fixture.mounts =
                List.of(GrantedMount.ofNode(Path.of("/host"), "/data", Writing.READ_WRITE, Propagation.PRIVATE));
        RuntimeSpec spec = fixture.spec();
        assertThat(spec.process().env()).contains("A=cdi", "B=cdi").doesNotContain("A=request");
        assertThat(spec.process().user().additionalGids()).containsExactly(0L, 44L);
        assertThat(spec.linux().devices()).containsExactly(node.device());
        assertThat(spec.linux().resources().devices())
                .containsExactly(DeviceRule.DENY_ALL, DeviceRule.allow("c", 9, 8, "rw"));
        assertThat(options("/lib/gpu")).containsExactly("ro", "rbind");
        assertThat(spec.mounts())
                .filteredOn(mount -> mount.destination().equals("/data"))
                .singleElement()
                .satisfies(mount -> assertThat(mount.type()).contains("tmpfs"));
        assertThat(spec.hooks().at(HookStage.CREATE_RUNTIME)).hasSize(1);
        assertThat(Json.write(spec.linux().intelRdt().orElseThrow().unknown()))
                .isEqualTo("{\"schemata\":[\"L3:0=f\"]}");
    }

    @Test
    void hooksRunForTheContainersThatTheyAreFor() {
        fixture.additions = new NodeAdditions(
                List.of(),
                List.of(),
                List.of(
                        hook("/bin/annotated", "{\"annotations\": {\"^team$\": \"^blue$\"}}"),
                        hook("/bin/bound", "{\"hasBindMounts\": true}"),
                        hook("/bin/commanded", "{\"commands\": [\"true$\"]}"),
                        hook("/bin/own", "{\"annotations\": {\"cri-o\": \".\"}}")));
        assertThat(prestart()).containsExactly("/bin/commanded");
        fixture.pod.putAnnotations("team", "blue");
        fixture.mounts =
                List.of(GrantedMount.ofNode(Path.of("/host"), "/data", Writing.READ_WRITE, Propagation.PRIVATE));
        assertThat(prestart()).containsExactly("/bin/annotated", "/bin/bound", "/bin/commanded");
    }

    private List<String> prestart() {
        return fixture.spec().hooks().at(HookStage.PRESTART).stream()
                .map(io.crius.oci.runtime.Hook::path)
                .toList();
    }

    @Test
    void aRequestedMountBeatsOneOfTheNode() {
        fixture.additions = new NodeAdditions(
                List.of(
                        SpecMount.bind("/secrets", "/run/secrets", List.of("bind")),
                        SpecMount.bind("/volumes/0", "/data", List.of("bind"))),
                List.of(),
                List.of());
        fixture.mounts =
                List.of(GrantedMount.ofNode(Path.of("/host"), "/data", Writing.READ_WRITE, Propagation.PRIVATE));
        assertThat(mount("/run/secrets").source()).contains("/secrets");
        assertThat(mount("/data").source()).contains("/host");
    }

    @Test
    void programsOfAMountedImageMayRunAndFilesOfAnArtifactMayNot() {
        fixture.mounts = List.of(
                GrantedMount.ofImage(Path.of("/image"), "/tools"),
                GrantedMount.ofArtifact(Path.of("/artifact"), "/model"));
        assertThat(options("/tools")).containsExactly("rbind", "ro", "nosuid", "nodev", "rprivate");
        assertThat(options("/model")).containsExactly("rbind", "ro", "nosuid", "nodev", "noexec", "rprivate");
    }

    @Test
    void theAnnotationsTellOtherToolsWhatTheContainerIs() {
        fixture.pod.putAnnotations("team", "blue");
        fixture.config
                .putLabels("app", "web")
                .putAnnotations("hash", "1")
                .setTty(true)
                .setStdin(true)
                .setStdinOnce(true)
                .addMounts(Mount.newBuilder()
                        .setHostPath("/host")
                        .setContainerPath("/data")
                        .setReadonly(true));
        fixture.config.setMetadata(fixture.config.getMetadata().toBuilder().setAttempt(2));
        annotate("io.containers.trace-syscall/main", "of:/tmp/x");
        Map<String, String> annotations = fixture.spec().annotations();
        assertThat(annotations)
                .containsEntry("team", "blue")
                .containsEntry("app", "web")
                .containsEntry("hash", "1")
                .containsEntry("io.containers.trace-syscall", "of:/tmp/x")
                .containsEntry("io.kubernetes.cri-o.Labels", "{\"app\":\"web\"}")
                .containsEntry("io.kubernetes.cri-o.Annotations", "{\"hash\":\"1\"}")
                .containsEntry("io.kubernetes.cri-o.Metadata", "{\"name\":\"main\",\"attempt\":2}")
                .containsEntry("io.kubernetes.cri-o.TTY", "true")
                .containsEntry("io.kubernetes.cri-o.StdinOnce", "true")
                .containsEntry(
                        "io.kubernetes.cri-o.Volumes",
                        "[{\"container_path\":\"/data\",\"host_path\":\"/host\",\"readonly\":true,"
                                + "\"recursive_read_only\":false,\"propagation\":0,\"selinux_relabel\":false}]");
    }

    private List<String> options(String destination) {
        return mount(destination).options();
    }

    private SpecMount mount(String destination) {
        return fixture.spec().mounts().stream()
                .filter(mount -> mount.destination().equals(destination))
                .findFirst()
                .orElseThrow();
    }

    private static HookFile hook(String path, String when) {
        String json = "{\"version\": \"1.0.0\", \"hook\": {\"path\": \"%s\"}, \"when\": %s, \"stages\": [\"prestart\"]}"
                .formatted(path, when);
        return HookFile.parse(json.getBytes(StandardCharsets.UTF_8), "hook");
    }

    private static CdiEdits edits(String edits) {
        String json = "{\"cdiVersion\": \"1.1.0\", \"kind\": \"v.com/g\", \"devices\":"
                + " [{\"name\": \"a\", \"containerEdits\": " + edits + "}]}";
        return Objects.requireNonNull(CdiSpec.parseJson(json.getBytes(StandardCharsets.UTF_8), "g.json")
                .devices()
                .get("a"));
    }
}
