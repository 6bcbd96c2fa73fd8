package io.crius.server.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.server.stats.NetworkSample.Counters;
import io.crius.server.stats.NetworkSample.Direction;
import org.junit.jupiter.api.Test;

class NetworkFilesTest {
    private static final String DEV = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:     100       2    0    0    0     0          0         0      100       2    0    0    0     0       0          0
              net1:11 12 13 14 0 0 0 0 15 16 17 18 0 0 0 0
              eth0: 18446744073709551615      22   23   24    0     0          0         0       25      26   27   28    0     0       0          0
            """;
    private static final String ROUTE = """
            Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
            net1	0000000A	00000000	0001	0	0	0	00FFFFFF	0	0	0
            eth0	00000000	0101A8C0	0003	0	0	0	00000000	0	0	0
            """;
    private static final String ROUTE6 = """
            fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
            00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd000000000000000000000000000001 00000400 00000003 00000000 00000003     net1
            00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
            """;

    @Test
    void theInterfaceOfTheDefaultRouteIsTheStandardOne() {
        NetworkSample sample = new NetworkFiles(DEV, ROUTE, "").sample();
        assertThat(sample.standard())
                .contains(new Counters("eth0", new Direction(-1, 22, 23, 24), new Direction(25, 26, 27, 28)));
        assertThat(sample.others())
                .containsExactly(new Counters("net1", new Direction(11, 12, 13, 14), new Direction(15, 16, 17, 18)));
    }

    @Test
    void withoutIpv4TheRouteOfIpv6Counts() {
        assertThat(new NetworkFiles(DEV, "", ROUTE6).sample().standard())
                .map(Counters::name)
                .contains("net1");
    }

    @Test
    void withoutARouteTheFirstInterfaceIsTakenAndNeverLoopback() {
        assertThat(new NetworkFiles(DEV, "", "").sample().standard())
                .map(Counters::name)
                .contains("net1");
        String only = DEV.lines().limit(3).reduce("", (a, b) -> a + b + "\n");
        assertThat(new NetworkFiles(only, ROUTE, ROUTE6).sample().standard()).isEmpty();
    }
}
