package io.crius.network.hostport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.PodId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPortsTest {
    private static final PodId ONE = new PodId("1".repeat(64));
    private static final PodId TWO = new PodId("2".repeat(64));

    /** Remembers what was written last. */
    private static final class Kernel implements KernelRules {
        private final List<Collection<PodPorts>> written = new ArrayList<>();
        private final List<String> forgotten = new ArrayList<>();
        private boolean refuses;
        private boolean gone;
        private Runnable whileForgetting = () -> {};

        @Override
        public void write(Collection<PodPorts> pods) {
            if (refuses) {
                throw new CriusException.Failed("host ports by nft: no");
            }
            written.add(pods);
        }

        @Override
        public boolean areThere(Collection<PodPorts> pods) {
            return !gone;
        }

        @Override
        public void forgetFlows(PodPorts pod) {
            forgotten.add("flows of " + pod.name() + " after " + written.size());
        }

        @Override
        public void forgetEnded(PodPorts pod) {
            whileForgetting.run();
            forgotten.add("flows to " + pod.ips() + " after " + written.size());
        }
    }

    private final Kernel kernel = new Kernel();
    private final HostPorts ports = new HostPorts(kernel);

    private static PodPorts pod(PodId id, String hostIp, int port, String... ips) {
        return new PodPorts(
                id,
                "default/" + id.value().charAt(0),
                List.of(HostPort.parse(Transport.TCP, hostIp, port, 80)),
                List.of(ips));
    }

    @Test
    void aPortLeadsFromWhenItIsOpenedToWhenItIsClosed() {
        ports.claim(pod(ONE, "", 8080));
        assertThat(kernel.written).isEmpty();
        PodPorts open = pod(ONE, "", 8080, "10.0.0.2");
        ports.open(open);
        assertThat(kernel.written.getLast()).containsExactly(open);
        ports.close(ONE);
        assertThat(kernel.written.getLast()).isEmpty();
        int before = kernel.written.size();
        ports.close(ONE);
        ports.refresh();
        assertThat(kernel.written).hasSize(before);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "'', ''",
                "'', 192.0.2.1",
                "0.0.0.0, 192.0.2.1",
                "192.0.2.1, 192.0.2.1",
                "::, 2001:db8::1",
                "'', ::",
                "2001:db8::1, 2001:db8:0::1"
            })
    void aPortThatAnotherPodHasIsRefusedByThatPodsName(String one, String two) {
        ports.claim(pod(ONE, one, 8080));
        assertThatThrownBy(() -> ports.claim(pod(TWO, two, 8080)))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("pod default/2 asks for tcp port ")
                .hasMessageContaining("which pod default/1 (111111111111) has: tcp port ");
        ports.close(ONE);
        assertThatCode(() -> ports.claim(pod(TWO, two, 8080))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            value = {"192.0.2.1, 192.0.2.2, 8080", "0.0.0.0, ::, 8080", "192.0.2.1, 2001:db8::1, 8080", "'', '', 8081"})
    void portsThatDoNotMeetAreForTwoPods(String one, String two, int second) {
        ports.claim(pod(ONE, one, 8080));
        assertThatCode(() -> ports.claim(pod(TWO, two, second))).doesNotThrowAnyException();
    }

    @Test
    void ofOneNumberEachTransportHasAPort() {
        ports.claim(pod(ONE, "", 8080));
        var udp = new PodPorts(TWO, "default/2", List.of(HostPort.parse(Transport.UDP, "", 8080, 80)), List.of());
        assertThatCode(() -> ports.claim(udp)).doesNotThrowAnyException();
    }

    @Test
    void whatTheKernelRefusedIsWrittenByTheNextTry() {
        ports.open(pod(ONE, "", 8080, "10.0.0.2"));
        kernel.refuses = true;
        assertThatThrownBy(() -> ports.close(ONE)).hasMessage("host ports by nft: no");
        kernel.refuses = false;
        ports.close(ONE);
        assertThat(kernel.written.getLast()).isEmpty();
    }

    @Test
    void whatIsRestoredIsAllThatLeads() {
        PodPorts led = pod(ONE, "", 8080, "10.0.0.2");
        ports.restore(List.of(led, pod(TWO, "", 9090)));
        assertThat(kernel.written.getLast()).containsExactly(led);
        assertThatThrownBy(() -> ports.claim(pod(new PodId("3".repeat(64)), "", 9090)))
                .hasMessageContaining("default/2");
        ports.refresh();
        assertThat(kernel.written).hasSize(2);
    }

    private static PodPorts datagrams(PodId id, String hostIp, String... ips) {
        return new PodPorts(
                id,
                "default/" + id.value().charAt(0),
                List.of(HostPort.parse(Transport.UDP, hostIp, 53, 5353)),
                List.of(ips));
    }

    @Test
    void flowsToAPodAreForgottenAfterItsPortsLeadThereNoMore() {
        ports.claim(datagrams(TWO, "192.0.2.1"));
        ports.close(TWO);
        assertThat(kernel.forgotten).as("of a pod that nothing led to").isEmpty();
        ports.open(datagrams(ONE, "", "10.0.0.2"));
        assertThat(kernel.forgotten).containsExactly("flows of default/1 after 1");
        kernel.refuses = true;
        assertThatThrownBy(() -> ports.close(ONE)).hasMessage("host ports by nft: no");
        assertThat(kernel.forgotten).as("while the rules may still lead there").hasSize(1);
        kernel.refuses = false;
        ports.close(ONE);
        ports.close(ONE);
        assertThat(kernel.forgotten.subList(1, kernel.forgotten.size())).containsExactly("flows to [10.0.0.2] after 2");
    }

    @Test
    void otherPodsPortsAreOpenedAndClosedWhileFlowsAreForgotten() {
        ports.open(datagrams(ONE, "", "10.0.0.2"));
        var other = new AtomicReference<CompletableFuture<Void>>();
        kernel.whileForgetting = () -> {
            kernel.whileForgetting = () -> {};
            other.set(CompletableFuture.runAsync(() -> {
                ports.open(pod(TWO, "", 8080, "10.0.0.3"));
                ports.close(TWO);
            }));
            assertThat(other.get()).succeedsWithin(Duration.ofSeconds(10));
        };
        ports.close(ONE);
        assertThat(other.get()).isCompleted();
        assertThat(kernel.forgotten).endsWith("flows to [10.0.0.3] after 4", "flows to [10.0.0.2] after 4");
    }

    @Test
    void flowsThatBeganWhileTheRulesWereGoneAreForgotten() {
        ports.restore(List.of(datagrams(ONE, "", "10.0.0.2"), pod(TWO, "", 8080, "10.0.0.3")));
        ports.refresh();
        assertThat(kernel.forgotten).as("rules that are there").isEmpty();
        kernel.gone = true;
        ports.refresh();
        assertThat(kernel.forgotten).containsExactly("flows of default/1 after 3");
        var next = new HostPorts(kernel);
        next.restore(List.of(datagrams(ONE, "", "10.0.0.2")));
        assertThat(kernel.forgotten).hasSize(2).last().isEqualTo("flows of default/1 after 4");
    }

    @Test
    void onlyFlowsOfDatagramsToThePodsPortsAreForgotten() {
        var commands = new ArrayList<String>();
        var conntrack = new Conntrack((command, _) -> {
            commands.add(String.join(" ", command));
            return new Program.Run(1, "0 flow entries have been deleted.");
        });
        var pod = new PodPorts(
                ONE,
                "default/1",
                List.of(
                        HostPort.parse(Transport.TCP, "", 8080, 80),
                        HostPort.parse(Transport.UDP, "", 53, 5353),
                        HostPort.parse(Transport.UDP, "2001:db8::1", 54, 54)),
                List.of("10.0.0.2", "fd00::2"));
        conntrack.forget(pod);
        assertThat(commands)
                .containsExactly(
                        "conntrack -D -f ipv4 -p udp --orig-port-dst 53",
                        "conntrack -D -f ipv6 -p udp --orig-port-dst 53",
                        "conntrack -D -f ipv6 -p udp --orig-port-dst 54 --orig-dst 2001:db8:0:0:0:0:0:1");
        commands.clear();
        conntrack.forgetEnded(pod);
        assertThat(commands)
                .containsExactly(
                        "conntrack -D -f ipv4 -p udp --orig-port-dst 53 --reply-src 10.0.0.2",
                        "conntrack -D -f ipv6 -p udp --orig-port-dst 53 --reply-src fd00::2",
                        "conntrack -D -f ipv6 -p udp --orig-port-dst 54 --orig-dst 2001:db8:0:0:0:0:0:1 --reply-src fd00::2");
    }

    @Test
    void withoutConntrackNobodyFails() {
        var attempts = new ArrayList<String>();
        var conntrack = new Conntrack((command, _) -> {
            attempts.add(command.getFirst());
            throw new java.io.IOException("no such program");
        });
        conntrack.forget(datagrams(ONE, "", "10.0.0.2", "fd00::2"));
        conntrack.forgetEnded(datagrams(ONE, "", "10.0.0.2", "fd00::2"));
        assertThat(attempts).as("it is not tried again").hasSize(1);
    }

    @Test
    void whatIsNoPortOrAddressIsRefused() {
        assertThatThrownBy(() -> HostPort.parse(Transport.TCP, "node-1", 8080, 80))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("port mapping of node port 8080: host_ip \"node-1\" is not an IP address");
        assertThatThrownBy(() -> HostPort.parse(Transport.TCP, "", 8080, 0))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("port mapping of node port 8080 to pod port 0");
    }

    private static final List<PodPorts> BOTH = List.of(new PodPorts(
            ONE,
            "default/1",
            List.of(
                    HostPort.parse(Transport.TCP, "", 8080, 80),
                    HostPort.parse(Transport.UDP, "192.0.2.1", 53, 5353),
                    HostPort.parse(Transport.SCTP, "::", 7, 7)),
            List.of("10.0.0.2", "fd00::2", "10.0.0.3")));

    @Test
    void nftGetsAllPortsOfAFamilyInOneTransaction() {
        assertThat(NftRules.script("t", Family.IPV4, Lead.of(Family.IPV4, BOTH)))
                .startsWith("add table ip t\ndelete table ip t\ntable ip t {\n")
                .contains("elements = { tcp . 8080 : 10.0.0.2 . 80 };")
                .contains("elements = { 192.0.2.1 . udp . 53 : 10.0.0.2 . 5353 };")
                .contains("elements = { 10.0.0.2 . 10.0.0.2 };")
                .doesNotContain("sctp")
                .doesNotContain("10.0.0.3");
        assertThat(NftRules.script("t", Family.IPV6, Lead.of(Family.IPV6, BOTH)))
                .contains("elements = { tcp . 8080 : fd00::2 . 80, sctp . 7 : fd00::2 . 7 };")
                .doesNotContain("udp");
        assertThat(NftRules.script("t", Family.IPV4, List.of())).isEqualTo("add table ip t\ndelete table ip t\n");
    }

    @Test
    void iptablesGetsOneAddressBeforeAllOfThem() {
        var rules = new IptablesRules("CRIO-HOSTPORTS", (_, _) -> new Program.Run(0, ""));
        assertThat(rules.script(Lead.of(Family.IPV4, BOTH), Family.IPV4)).isEqualTo("""
                *nat
                :CRIO-HOSTPORTS-PORTS - [0:0]
                :CRIO-HOSTPORTS-MASQ - [0:0]
                -A CRIO-HOSTPORTS-PORTS -d 192.0.2.1 -p udp -m udp --dport 53 -j DNAT --to-destination 10.0.0.2:5353
                -A CRIO-HOSTPORTS-PORTS -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.0.0.2:80
                -A CRIO-HOSTPORTS-MASQ -s 10.0.0.2 -d 10.0.0.2 -m conntrack --ctstate DNAT -j MASQUERADE
                -A CRIO-HOSTPORTS-MASQ -s 127.0.0.0/8 -d 10.0.0.2 -m conntrack --ctstate DNAT -j MASQUERADE
                COMMIT
                """);
        assertThat(rules.script(Lead.of(Family.IPV6, BOTH), Family.IPV6))
                .contains("--dport 8080 -j DNAT --to-destination [fd00::2]:80\n");
    }

    @Test
    void withoutAnyProgramTheErrorSaysWhatToDo() {
        var rules = new ChosenRules("t", (_, _) -> {
            throw new java.io.IOException("no such program");
        });
        assertThatThrownBy(() -> rules.write(BOTH))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("neither nft nor iptables works")
                .hasMessageContaining("disable_hostport_mapping");
    }
}
