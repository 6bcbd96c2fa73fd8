package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.crius.cri.v1.Capability;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.SecurityProfile;
import io.crius.cri.v1.SecurityProfile.ProfileType;
import io.grpc.Status;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the processes of a container may do. */
class ContainerSecurityIT {
    private static final int CAP_CHOWN = 0;
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;

    @RegisterExtension
    static final Node node = new Node();

    @Test
    void theDefaultCapabilitiesDoNotRuleTheNode() throws Exception {
        BigInteger effective = capabilities(node.shell("main", "grep CapEff /proc/self/status"));
        assertThat(effective.testBit(CAP_CHOWN)).isTrue();
        assertThat(effective.testBit(CAP_NET_ADMIN)).isFalse();
        assertThat(effective.testBit(CAP_SYS_ADMIN)).isFalse();
    }

    @Test
    void capabilitiesAreAddedAndDropped() throws Exception {
        BigInteger effective = capabilities(node.shell("main", "grep CapEff /proc/self/status")
                .security(s -> s.setCapabilities(
                        Capability.newBuilder().addAddCapabilities("NET_ADMIN").addDropCapabilities("CHOWN"))));
        assertThat(effective.testBit(CAP_NET_ADMIN)).isTrue();
        assertThat(effective.testBit(CAP_CHOWN)).isFalse();
    }

    @Test
    void droppingAllLeavesOnlyWhatIsAdded() throws Exception {
        BigInteger effective = capabilities(node.shell("main", "grep CapEff /proc/self/status")
                .security(s -> s.setCapabilities(
                        Capability.newBuilder().addAddCapabilities("CHOWN").addDropCapabilities("ALL"))));
        assertThat(effective).isEqualTo(BigInteger.ONE.shiftLeft(CAP_CHOWN));
    }

    private static BigInteger bits(int... capabilities) {
        BigInteger set = BigInteger.ZERO;
        for (int capability : capabilities) {
            set = set.setBit(capability);
        }
        return set;
    }

    /** All that the server itself has, which is what ALL means. */
    private static BigInteger all() throws IOException {
        return capability(
                Files.readAllLines(Path.of("/proc/" + node.testNode().target().pid() + "/status")).stream()
                        .filter(line -> line.startsWith("CapBnd"))
                        .findFirst()
                        .orElseThrow());
    }

    private static BigInteger effective(Capability.Builder wanted) throws Exception {
        return capabilities(
                node.shell("main", "grep CapEff /proc/self/status").security(s -> s.setCapabilities(wanted)));
    }

    @Test
    void allMayBeAddedAndDroppedAndSingleOnesCountAfterwards() throws Exception {
        assertThat(effective(Capability.newBuilder().addAddCapabilities("ALL"))).isEqualTo(all());
        assertThat(effective(Capability.newBuilder().addDropCapabilities("ALL")))
                .isEqualTo(BigInteger.ZERO);
        assertThat(effective(Capability.newBuilder().addAddCapabilities("ALL").addDropCapabilities("CHOWN")))
                .isEqualTo(all().clearBit(CAP_CHOWN));
        assertThat(effective(Capability.newBuilder()
                        .addDropCapabilities("all")
                        .addAddCapabilities("NET_ADMIN")
                        .addAddCapabilities("chown")))
                .isEqualTo(bits(CAP_CHOWN, CAP_NET_ADMIN));
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void capabilitiesMayBeNamedAsTheKernelNamesThem() throws Exception {
        assertThat(effective(Capability.newBuilder().addDropCapabilities("ALL").addAddCapabilities("CAP_NET_ADMIN")))
                .isEqualTo(bits(CAP_NET_ADMIN));
    }

    /** CRI-O and older servers leave out ambient capabilities. */
    @Test
    @Needs(Trait.SPEAKS_CRI_1_36)
    void aUserOtherThanRootHasItsAmbientCapabilities() throws Exception {
        String sets = node.output(node.shell("main", "grep ^Cap /proc/self/status")
                .user(1000)
                .security(s -> s.setCapabilities(Capability.newBuilder()
                        .addAddCapabilities("NET_ADMIN")
                        .addAddAmbientCapabilities("NET_ADMIN")
                        .addAddAmbientCapabilities("NET_RAW"))));
        for (String set : List.of("CapAmb", "CapEff", "CapInh")) {
            String line =
                    sets.lines().filter(l -> l.startsWith(set)).findFirst().orElseThrow();
            assertThat(capability(line)).as(set).isEqualTo(bits(CAP_NET_ADMIN));
        }
    }

    @Test
    void aUserOtherThanRootHasNoEffectiveCapability() throws Exception {
        assertThat(capabilities(
                        node.shell("main", "grep CapEff /proc/self/status").user(1000)))
                .isEqualTo(BigInteger.ZERO);
    }

    @Test
    void aPrivilegedContainerHasTheCapabilitiesOfTheServerAndTheDevicesOfTheNode() throws Exception {
        Pod pod = node.run(node.pod("web").privileged());
        String[] lines = node.output(
                        pod,
                        node.shell(
                                        "main",
                                        "grep CapEff /proc/self/status; ls /dev; touch /proc/sys/kernel/hostname && echo rw")
                                .privileged())
                .split("\n");
        BigInteger own = capability(Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapBnd"))
                .findFirst()
                .orElseThrow());
        assertThat(capability(lines[0])).isEqualTo(own);
        assertThat(lines).contains("kmsg", "rw");
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aCapabilityThatNobodyKnowsIsRefusedByName() throws Exception {
        Pod pod = node.runPod("web");
        Grpc failure = Grpc.failure(() -> node.create(
                pod,
                node.idle("main")
                        .security(s -> s.setCapabilities(Capability.newBuilder().addAddCapabilities("FLY")))));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message()).isEqualTo("unknown capability \"FLY\" to add");
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aSeccompProfileThatIsNotThereIsRefusedByName() throws Exception {
        Pod pod = node.runPod("web");
        Grpc failure = Grpc.failure(() -> node.create(
                pod,
                node.idle("main")
                        .security(s -> s.setSeccomp(SecurityProfile.newBuilder()
                                .setProfileType(ProfileType.Localhost)
                                .setLocalhostRef("/nonexistent/profile.json")))));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message())
                .isEqualTo("unable to load local profile \"/nonexistent/profile.json\": there is no such file");
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void tooLittleMemoryIsRefusedWithTheLeast() throws Exception {
        Pod pod = node.runPod("web");
        Grpc failure =
                Grpc.failure(() -> node.create(pod, node.idle("main").resources(r -> r.setMemoryLimitInBytes(1000))));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message()).startsWith("container main: set memory limit 1000 too low; should be at least ");
    }

    /** kubelet runs static pods of the control plane so: on the node's network, without a word of privileges. */
    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void inAPodThatSharesANamespaceOfTheNodeAContainerMayBePrivileged() throws Exception {
        Pod pod = node.run(node.pod("web").network(NamespaceMode.NODE));
        var container = node.shell("main", "touch /proc/sys/kernel/hostname && echo rw")
                .privileged()
                .security(s -> s.setNamespaceOptions(
                        s.getNamespaceOptions().toBuilder().setNetwork(NamespaceMode.NODE)));
        assertThat(node.output(pod, container)).isEqualTo("rw\n");
    }

    @Test
    void aPrivilegedContainerNeedsAPodThatAllowsIt() throws IOException {
        Pod pod = node.runPod("web");
        Grpc failure = Grpc.failure(() -> node.create(pod, node.idle("main").privileged()));
        assertThat(failure.message()).contains("no privileged container allowed in sandbox");
        assertThat(node.containers().list()).isEmpty();
    }

    @Test
    void theDefaultSeccompProfileFilters() throws Exception {
        // The second container may get the filter that was compiled for the first.
        for (String name : List.of("first", "second")) {
            assertThat(node.output(
                            node.shell(name, "grep '^Seccomp:' /proc/self/status; unshare -U true || echo blocked")
                                    .security(s -> s.setSeccomp(profile(ProfileType.RuntimeDefault)))))
                    .as(name)
                    .contains("Seccomp:\t2\n", "blocked\n");
        }
    }

    @Test
    void withoutSeccompNothingIsFiltered() throws Exception {
        assertThat(node.output(node.shell("main", "grep '^Seccomp:' /proc/self/status; unshare -U true && echo allowed")
                        .security(s -> s.setSeccomp(profile(ProfileType.Unconfined)))))
                .contains("Seccomp:\t0\n", "allowed\n");
    }

    @Test
    void aSeccompProfileOfTheNodeFiltersWhatItSays() throws Exception {
        Path file = Files.writeString(node.testNode().folder().resolve("no-mkdir.json"), """
                {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"],
                 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}
                """);
        assertThat(node.output(node.shell("main", "mkdir /tmp/x || echo blocked; touch /tmp/y && echo allowed")
                        .security(s -> s.setSeccomp(SecurityProfile.newBuilder()
                                .setProfileType(ProfileType.Localhost)
                                .setLocalhostRef(file.toString())))))
                .isEqualTo("blocked\nallowed\n");
    }

    private static SecurityProfile profile(ProfileType type) {
        return SecurityProfile.newBuilder().setProfileType(type).build();
    }

    @Test
    void noNewPrivilegesHolds() throws Exception {
        assertThat(node.output(
                        node.shell("main", "grep NoNewPrivs /proc/self/status").noNewPrivileges()))
                .isEqualTo("NoNewPrivs:\t1\n");
    }

    @Test
    void maskedPathsAreEmptyAndProtectedOnesReadOnly() throws Exception {
        assertThat(node.output(node.shell("main", """
                        head -c 1 /proc/kcore | wc -c
                        head -c 1 /proc/timer_list | wc -c
                        ls /sys/firmware | wc -l
                        echo x > /proc/sys/kernel/hostname || echo read-only
                        """))).isEqualTo("0\n0\n0\nread-only\n");
    }

    @Test
    void unmaskedPathsAreNot() throws Exception {
        assertThat(node.output(
                        node.shell("main", "head -c 1 /proc/timer_list | wc -c").unmasked()))
                .isEqualTo("1\n");
    }

    @Test
    void aReadOnlyRootCannotBeWritten() throws Exception {
        assertThat(node.output(node.shell("main", "touch /file || echo root; touch /dev/shm/file && echo shm")
                        .readOnlyRootfs()))
                .isEqualTo("root\nshm\n");
    }

    @Test
    void aContainerHasTheUsualDevicesAndNoOthers() throws Exception {
        String devices = node.output(node.shell("main", "ls /dev; head -c 4 /dev/zero | wc -c; echo x > /dev/null"));
        assertThat(devices.lines())
                .contains("null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm", "mqueue", "4")
                .doesNotContain("kmsg", "mem", "vda");
    }

    private static BigInteger capabilities(ContainerBuilder container) throws Exception {
        return capability(node.output(container));
    }

    private static BigInteger capability(String line) {
        return new BigInteger(line.strip().split("\\s+")[1], 16);
    }
}
