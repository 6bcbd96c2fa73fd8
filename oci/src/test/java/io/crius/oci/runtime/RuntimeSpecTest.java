package io.crius.oci.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.oci.Capability;
import io.crius.oci.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RuntimeSpecTest {
    @Test
    void anEmptySpecSaysItsVersionOnly() {
        assertThat(new String(RuntimeSpec.EMPTY.toBytes(), UTF_8)).isEqualTo("{\"ociVersion\":\"1.0.2\"}");
    }

    @Test
    void aChainOfStepsMakesASpec() {
        UnaryOperator<RuntimeSpec> root = spec -> spec.withRoot(new Root("/rootfs", Access.READ_ONLY));
        UnaryOperator<RuntimeSpec> command = spec ->
                spec.withProcess(process -> process.args(List.of("sleep", "1")).cwd("/work"));
        UnaryOperator<RuntimeSpec> memory =
                spec -> spec.withResources(resources -> resources.withMemory(LinuxMemory.NONE.withLimit(1 << 20)));
        UnaryOperator<RuntimeSpec> user = spec -> spec.withProcess(process -> process.user(User.ROOT.withUmask(18)));

        RuntimeSpec spec = Stream.of(root, command, memory, user)
                .reduce(UnaryOperator.identity(), (first, next) -> one -> next.apply(first.apply(one)))
                .apply(RuntimeSpec.EMPTY);

        assertThat(new String(spec.toBytes(), UTF_8))
                .isEqualTo("{\"ociVersion\":\"1.0.2\","
                        + "\"process\":{\"user\":{\"uid\":0,\"gid\":0,\"umask\":18},\"args\":[\"sleep\",\"1\"],"
                        + "\"cwd\":\"/work\"},\"root\":{\"path\":\"/rootfs\",\"readonly\":true},"
                        + "\"linux\":{\"resources\":{\"memory\":{\"limit\":1048576}}}}");
    }

    @Test
    void everyFieldIsWrittenUnderItsNameInTheSpec() {
        RuntimeSpec spec = RuntimeSpec.EMPTY
                .withVersion(RuntimeSpec.NEWEST_VERSION)
                .withHostname("h")
                .withRoot(new Root("/r", Access.READ_WRITE))
                .withProcess(process -> process.terminal(true)
                        .user(new User(1000, 4294967295L, OptionalInt.of(63), List.of(5L, 6L)))
                        .args(List.of("a"))
                        .env(List.of("K=v"))
                        .cwd("/")
                        .capabilities(Capabilities.of(Set.of(Capability.CAP_KILL, Capability.CAP_CHOWN)))
                        .rlimits(List.of(new Rlimit("RLIMIT_NOFILE", 1024, Rlimit.UNLIMITED)))
                        .noNewPrivileges(true)
                        .apparmorProfile(Optional.of("crio-default"))
                        .oomScoreAdj(-998)
                        .selinuxLabel(Optional.of("system_u:system_r:container_t:s0")))
                .withMounts(List.of(
                        SpecMount.of("/proc", "proc", "proc", List.of("nosuid")),
                        SpecMount.bind("/src", "/dst", List.of("rbind", "ro"))
                                .withMappings(
                                        List.of(new IdMapping(0, 100000, 65536)),
                                        List.of(new IdMapping(0, 200000, 65536)))))
                .withHook(
                        HookStage.CREATE_RUNTIME,
                        new Hook("/hook", List.of("hook", "x"), List.of("A=b"), OptionalInt.of(5)))
                .withAnnotation("z", "1")
                .withAnnotation("a", "2")
                .withResources(resources -> resources
                        .withDevices(List.of(DeviceRule.DENY_ALL, DeviceRule.allow("c", 10, 229, "rw")))
                        .withMemory(
                                LinuxMemory.NONE.withLimit(1).withReservation(2).withSwap(3))
                        .withCpu(LinuxCpu.NONE
                                .withShares(4)
                                .withQuota(-1)
                                .withPeriod(5)
                                .withCpus("0-1")
                                .withMems("0"))
                        .withPidsLimit(6)
                        .withBlockIo(new BlockIo(
                                OptionalInt.of(500),
                                OptionalInt.empty(),
                                List.of(new BlockIo.Weight(8, 0, OptionalInt.of(10), OptionalInt.empty())),
                                List.of(new BlockIo.Throttle(8, 0, 7)),
                                List.of(),
                                List.of(),
                                List.of(new BlockIo.Throttle(8, 1, 8))))
                        .withHugepageLimits(List.of(new HugepageLimit("2MB", -1L)))
                        .withUnified(Map.of("memory.high", "9")))
                .withLinux(linux -> linux.idMappings(List.of(new IdMapping(0, 1, 2)), List.of(new IdMapping(3, 4, 5)))
                        .sysctl(Map.of("net.ipv4.ip_forward", "1"))
                        .cgroupsPath("/kubepods/crio-1")
                        .namespaces(List.of(
                                LinuxNamespace.fresh(NamespaceType.MOUNT),
                                LinuxNamespace.at(NamespaceType.NETWORK, "/run/netns/x")))
                        .devices(List.of(new LinuxDevice(
                                "/dev/fuse",
                                "c",
                                10,
                                229,
                                OptionalInt.of(438),
                                OptionalLong.of(1),
                                OptionalLong.of(2))))
                        .rootfsPropagation(Optional.of(RootfsPropagation.RSLAVE))
                        .maskedPaths(List.of("/proc/kcore"))
                        .readonlyPaths(List.of("/proc/sys"))
                        .mountLabel(Optional.of("label"))
                        .intelRdt(Optional.of(IntelRdt.ofClass("gold")))
                        .seccomp(Optional.of(new LinuxSeccomp(
                                SeccompAction.ERRNO,
                                OptionalInt.of(38),
                                List.of("SCMP_ARCH_X86_64"),
                                List.of("SECCOMP_FILTER_FLAG_LOG"),
                                Optional.of("/l"),
                                Optional.of("m"),
                                List.of(new SeccompRule(
                                        List.of("clone"),
                                        SeccompAction.ALLOW,
                                        OptionalInt.empty(),
                                        List.of(new SeccompArgument(
                                                0, -1L, 0, SeccompArgument.Operator.MASKED_EQ))))))));

        assertThat(Json.writePretty(spec.toJson())).isEqualTo(Json.writePretty(Json.parse("""
                {"ociVersion":"1.3.0",
                 "process":{"terminal":true,"user":{"uid":1000,"gid":4294967295,"umask":63,"additionalGids":[5,6]},
                  "args":["a"],"env":["K=v"],"cwd":"/",
                  "capabilities":{"bounding":["CAP_CHOWN","CAP_KILL"],"effective":["CAP_CHOWN","CAP_KILL"],
                   "permitted":["CAP_CHOWN","CAP_KILL"]},
                  "rlimits":[{"type":"RLIMIT_NOFILE","hard":18446744073709551615,"soft":1024}],
                  "noNewPrivileges":true,"apparmorProfile":"crio-default","oomScoreAdj":-998,
                  "selinuxLabel":"system_u:system_r:container_t:s0"},
                 "root":{"path":"/r"},"hostname":"h",
                 "mounts":[{"destination":"/proc","type":"proc","source":"proc","options":["nosuid"]},
                  {"destination":"/dst","type":"bind","source":"/src","options":["rbind","ro"],
                   "uidMappings":[{"containerID":0,"hostID":100000,"size":65536}],
                   "gidMappings":[{"containerID":0,"hostID":200000,"size":65536}]}],
                 "hooks":{"createRuntime":[{"path":"/hook","args":["hook","x"],"env":["A=b"],"timeout":5}]},
                 "annotations":{"a":"2","z":"1"},
                 "linux":{"uidMappings":[{"containerID":0,"hostID":1,"size":2}],
                  "gidMappings":[{"containerID":3,"hostID":4,"size":5}],
                  "sysctl":{"net.ipv4.ip_forward":"1"},
                  "resources":{"devices":[{"allow":false,"access":"rwm"},
                    {"allow":true,"type":"c","major":10,"minor":229,"access":"rw"}],
                   "memory":{"limit":1,"reservation":2,"swap":3},
                   "cpu":{"shares":4,"quota":-1,"period":5,"cpus":"0-1","mems":"0"},
                   "pids":{"limit":6},
                   "blockIO":{"weight":500,"weightDevice":[{"major":8,"minor":0,"weight":10}],
                    "throttleReadBpsDevice":[{"major":8,"minor":0,"rate":7}],
                    "throttleWriteIOPSDevice":[{"major":8,"minor":1,"rate":8}]},
                   "hugepageLimits":[{"pageSize":"2MB","limit":18446744073709551615}],
                   "unified":{"memory.high":"9"}},
                  "cgroupsPath":"/kubepods/crio-1",
                  "namespaces":[{"type":"mount"},{"type":"network","path":"/run/netns/x"}],
                  "devices":[{"path":"/dev/fuse","type":"c","major":10,"minor":229,"fileMode":438,"uid":1,"gid":2}],
                  "seccomp":{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,
                   "architectures":["SCMP_ARCH_X86_64"],"flags":["SECCOMP_FILTER_FLAG_LOG"],
                   "listenerPath":"/l","listenerMetadata":"m",
                   "syscalls":[{"names":["clone"],"action":"SCMP_ACT_ALLOW",
                    "args":[{"index":0,"value":18446744073709551615,"op":"SCMP_CMP_MASKED_EQ"}]}]},
                  "rootfsPropagation":"rslave","maskedPaths":["/proc/kcore"],"readonlyPaths":["/proc/sys"],
                  "mountLabel":"label","intelRdt":{"closID":"gold"}}}
                """)));
        assertThat(RuntimeSpec.parse(spec.toBytes())).isEqualTo(spec);
    }

    @Test
    void keysThatAreNotKnownSurviveAChange() {
        String text = """
                {"ociVersion":"1.3.0","domainname":"d","vm":{"x":[1.50]},
                 "process":{"user":{"uid":1,"gid":0},"cwd":"/","scheduler":{"policy":"SCHED_OTHER"},
                            "ioPriority":{"class":"IOPRIO_CLASS_BE"}},
                 "linux":{"resources":{"memory":{"limit":5,"swappiness":10},"cpu":{"burst":7,"idle":1},
                                       "rdma":{"mlx":{"hcaHandles":3}}},
                          "timeOffsets":{"boottime":{"secs":1}},"netDevices":{"eth0":{"name":"e"}},
                          "intelRdt":{"closID":"c","enableMonitoring":true}}}""";
        RuntimeSpec changed = RuntimeSpec.parse(text.getBytes(UTF_8))
                .withProcess(process -> process.cwd("/new"))
                .withResources(resources -> resources
                        .withMemory(resources.memory().withLimit(6))
                        .withCpu(resources.cpu().withShares(2)))
                .withLinux(linux -> linux.cgroupsPath("/x"));
        String expected = text.replace("\"cwd\":\"/\"", "\"cwd\":\"/new\"")
                .replace("\"limit\":5", "\"limit\":6")
                .replace("\"burst\":7", "\"shares\":2,\"burst\":7")
                .replace("\"timeOffsets\"", "\"cgroupsPath\":\"/x\",\"timeOffsets\"");
        assertThat(Json.parse(new String(changed.toBytes(), UTF_8))).isEqualTo(Json.parse(expected));
    }

    @Test
    void theProcessAndTheResourcesAreDocumentsOfTheirOwn() {
        SpecProcess process = SpecProcess.NONE.with(one -> one.args(List.of("ls")));
        assertThat(Json.write(process.toJson()))
                .isEqualTo("{\"user\":{\"uid\":0,\"gid\":0},\"args\":[\"ls\"],\"cwd\":\"/\"}");
        assertThat(SpecProcess.parse(Json.writeBytes(process.toJson()))).isEqualTo(process);
        assertThat(new String(LinuxResources.NONE.withPidsLimit(-1).toBytes(), UTF_8))
                .isEqualTo("{\"pids\":{\"limit\":-1}}");
    }

    @Test
    void capabilitiesAreCutToWhatThereIs() {
        Capabilities cut = Capabilities.of(Set.of(Capability.CAP_KILL, Capability.CAP_SYS_RESOURCE))
                .withInheritable(Set.of(Capability.CAP_SYS_RESOURCE))
                .intersect(Set.of(Capability.CAP_KILL));
        assertThat(cut).isEqualTo(Capabilities.of(Set.of(Capability.CAP_KILL)));
    }

    @Test
    void wrongSpecsAreRefusedWithThePlace() {
        assertThatThrownBy(() -> RuntimeSpec.parse("{}".getBytes(UTF_8)))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("config.json: \"ociVersion\" is missing");
        assertThatThrownBy(() -> parse("\"process\":{\"user\":{\"uid\":\"root\"}}"))
                .hasMessage("process: user: uid: a number is needed, not a string");
        assertThatThrownBy(() -> parse("\"process\":{\"user\":{\"uid\":-1}}"))
                .hasMessage("process: user: uid -1 is not between 0 and 4294967295");
        assertThatThrownBy(() -> parse("\"process\":{\"capabilities\":{\"bounding\":[\"CAP_KILL\",\"CAP_FLY\"]}}"))
                .hasMessage("process: capabilities: bounding[1]: unknown capability \"CAP_FLY\"");
        assertThatThrownBy(() -> parse("\"mounts\":[{\"destination\":\"/a\"},{}]"))
                .hasMessage("mounts[1]: mount: \"destination\" is missing");
        assertThatThrownBy(() -> parse("\"linux\":{\"namespaces\":[{\"type\":\"soul\"}]}"))
                .hasMessage("linux: namespaces[0]: unknown namespace type \"soul\"");
        assertThatThrownBy(() -> parse("\"linux\":{\"rootfsPropagation\":\"wide\"}"))
                .hasMessage("linux: unknown mount propagation \"wide\"");
        assertThatThrownBy(() -> parse("\"linux\":{\"resources\":{\"pids\":{\"limit\":1.5}}}"))
                .hasMessage("linux: resources: pids: limit: 1.5 is not a whole number of 64 bits");
    }

    private static RuntimeSpec parse(String fields) {
        return RuntimeSpec.parse(("{\"ociVersion\":\"1.3.0\"," + fields + "}").getBytes(UTF_8));
    }
}
