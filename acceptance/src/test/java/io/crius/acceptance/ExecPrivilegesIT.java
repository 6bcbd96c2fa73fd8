package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.client.ContainerBuilder;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import io.crius.cri.v1.Capability;
import io.crius.cri.v1.SecurityProfile;
import io.crius.cri.v1.SecurityProfile.ProfileType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A command in a container is who the container is and may do what it may, no more and no less. */
class ExecPrivilegesIT {
    private static final Set<String> COMPARED = Set.of(
            "Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Umask");

    private static final String[] STATUS = {"cat", "/proc/self/status"};

    @RegisterExtension
    static final Node node = new Node();

    /** What the kernel says about a process, by its own words. */
    private record Privileges(TreeMap<String, String> values) {
        static Privileges of(List<String> status) {
            var values = new TreeMap<String, String>();
            for (String line : status) {
                String[] parts = line.split(":", 2);
                if (COMPARED.contains(parts[0])) {
                    values.put(parts[0], parts[1].strip());
                }
            }
            assertThat(values.keySet()).containsExactlyInAnyOrderElementsOf(COMPARED);
            return new Privileges(values);
        }

        String value(String name) {
            return String.valueOf(values.get(name));
        }
    }

    /** Runs the container, compares, and gives what all have. */
    private static Privileges same(ContainerBuilder container) throws Exception {
        return same(node.runPod("web"), container);
    }

    private static Privileges same(Pod pod, ContainerBuilder container) throws Exception {
        String id = node.run(pod, container);
        Privileges own = Privileges.of(Files.readAllLines(Path.of("/proc/" + node.pid(id) + "/status")));
        assertThat(Privileges.of(
                        node.containers().exec(id, STATUS).stdout().lines().toList()))
                .as("ExecSync")
                .isEqualTo(own);
        for (Wants wants : List.of(Wants.OUTPUT, Wants.TERMINAL)) {
            try (RemoteProcess process = node.streams().exec(id, wants, STATUS)) {
                String status = new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(Privileges.of(status.lines().toList()))
                        .as("Exec with " + wants)
                        .isEqualTo(own);
            }
        }
        return own;
    }

    /** One process, which nothing that a shell does changes. */
    private static ContainerBuilder sleeper() {
        return ContainerBuilder.container("main", node.testImages().busybox()).command("sleep", "1000");
    }

    @Test
    void rootOfAContainer() throws Exception {
        Privileges root = same(sleeper());
        assertThat(root.value("Uid")).isEqualTo("0\t0\t0\t0");
        assertThat(root.value("CapAmb")).isEqualTo("0000000000000000");
    }

    @Test
    void capabilitiesThatWereAddedAndDropped() throws Exception {
        var changed = Capability.newBuilder()
                .addAddCapabilities("NET_ADMIN")
                .addAddCapabilities("SYS_PTRACE")
                .addDropCapabilities("CHOWN");
        String usual = same(sleeper()).value("CapEff");
        String effective =
                same(sleeper().security(s -> s.setCapabilities(changed))).value("CapEff");
        assertThat(Long.parseUnsignedLong(effective, 16) ^ Long.parseUnsignedLong(usual, 16))
                .as("the bits of CHOWN, NET_ADMIN and SYS_PTRACE")
                .isEqualTo(1L | 1L << 12 | 1L << 19);
    }

    @Test
    void nothingIsLeftWhereAllIsDropped() throws Exception {
        var none = Capability.newBuilder().addDropCapabilities("ALL");
        Privileges nobody = same(sleeper().user(1000).security(s -> s.setCapabilities(none)));
        assertThat(nobody.value("CapBnd")).isEqualTo("0000000000000000");
    }

    @Test
    void aUserWithGroupsNoNewPrivilegesAndAmbientCapabilities() throws Exception {
        var ambient = Capability.newBuilder().addAddAmbientCapabilities("NET_BIND_SERVICE");
        Privileges user = same(sleeper()
                .user(1000)
                .group(2000)
                .supplementalGroups(3000L, 4000L)
                .noNewPrivileges()
                .security(s -> s.setCapabilities(ambient)));
        assertThat(user.value("Uid")).isEqualTo("1000\t1000\t1000\t1000");
        assertThat(user.value("Gid")).isEqualTo("2000\t2000\t2000\t2000");
        assertThat(user.value("Groups").split(" ")).contains("3000", "4000");
        assertThat(user.value("NoNewPrivs")).isEqualTo("1");
    }

    @Test
    void theFilterOfSystemCalls() throws Exception {
        Privileges filtered = same(sleeper()
                .security(s -> s.setSeccomp(SecurityProfile.newBuilder().setProfileType(ProfileType.RuntimeDefault))));
        assertThat(filtered.value("Seccomp")).isEqualTo("2");
        Privileges free = same(sleeper()
                .security(s -> s.setSeccomp(SecurityProfile.newBuilder().setProfileType(ProfileType.Unconfined))));
        assertThat(free.value("Seccomp")).isNotEqualTo(filtered.value("Seccomp"));
    }

    @Test
    void aPrivilegedContainer() throws Exception {
        Pod pod = node.run(node.pod("web").privileged());
        Privileges all = same(pod, sleeper().privileged());
        String usual = same(sleeper()).value("CapEff");
        assertThat(Long.bitCount(Long.parseUnsignedLong(all.value("CapEff"), 16)))
                .isGreaterThan(Long.bitCount(Long.parseUnsignedLong(usual, 16)));
    }
}
