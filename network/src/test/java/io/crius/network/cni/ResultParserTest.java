package io.crius.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.network.cni.CniResult.Dns;
import io.crius.network.cni.CniResult.Interface;
import io.crius.network.cni.CniResult.Ip;
import io.crius.network.cni.CniResult.Route;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultParserTest {
    @Test
    void readsTheNewestForm() {
        CniResult result = parse("""
                {"cniVersion":"1.1.0",
                 "interfaces":[{"name":"br0","mac":"00:11"},{"name":"eth0","mtu":1450,"sandbox":"/run/netns/x"}],
                 "ips":[{"address":"10.0.0.2/24","gateway":"10.0.0.1","interface":1},{"address":"fd00::2/64"}],
                 "routes":[{"dst":"0.0.0.0/0","gw":"10.0.0.1","mtu":1400},{"dst":"::/0"}],
                 "dns":{"nameservers":["10.0.0.1"],"search":["a","b"],"domain":"d","options":["o"]}}""");

        assertThat(result.cniVersion()).isEqualTo("1.1.0");
        assertThat(result.interfaces())
                .containsExactly(
                        new Interface("br0", Optional.of("00:11"), Optional.empty(), OptionalInt.empty()),
                        new Interface("eth0", Optional.empty(), Optional.of("/run/netns/x"), OptionalInt.of(1450)));
        assertThat(result.ips())
                .containsExactly(
                        new Ip("10.0.0.2", 24, Optional.of("10.0.0.1"), OptionalInt.of(1)),
                        new Ip("fd00::2", 64, Optional.empty(), OptionalInt.empty()));
        assertThat(result.podIps()).containsExactly("10.0.0.2", "fd00::2");
        assertThat(result.routes())
                .containsExactly(new Route("0.0.0.0/0", Optional.of("10.0.0.1")), new Route("::/0", Optional.empty()));
        assertThat(result.dns())
                .isEqualTo(new Dns(List.of("10.0.0.1"), Optional.of("d"), List.of("a", "b"), List.of("o")));
    }

    @Test
    void readsTheFormWithTheVersionOfEachAddress() {
        CniResult result = parse(
                "{\"cniVersion\":\"0.3.1\",\"ips\":[{\"version\":\"4\",\"address\":\"10.0.0.2/24\",\"interface\":0}],\"dns\":{}}");

        assertThat(result.podIps()).containsExactly("10.0.0.2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.1.0", "0.2.0"})
    void readsTheOldestFormsWithOneAddressOfEachFamily(String version) {
        CniResult result = parse("{\"cniVersion\":\"" + version
                + "\",\"ip4\":{\"ip\":\"10.0.0.2/24\",\"gateway\":\"10.0.0.1\",\"routes\":[{\"dst\":\"0.0.0.0/0\"}]},"
                + "\"ip6\":{\"ip\":\"fd00::2/64\"},\"dns\":{\"nameservers\":[\"10.0.0.1\"]}}");

        assertThat(result.podIps()).containsExactly("10.0.0.2", "fd00::2");
        assertThat(result.routes()).containsExactly(new Route("0.0.0.0/0", Optional.empty()));
        assertThat(result.dns().nameservers()).containsExactly("10.0.0.1");
    }

    @Test
    void takesTheConfigurationsVersionForAResultWithoutOne() {
        var json = (JsonObject) Json.parse("{\"ip4\":{\"ip\":\"10.0.0.2/24\"}}");

        assertThat(ResultParser.parse(json, CniVersion.OLDEST).podIps()).containsExactly("10.0.0.2");
        assertThat(ResultParser.parse(json, CniVersion.NEWEST).podIps()).isEmpty();
    }

    @Test
    void readsAResultWithoutAnyAddress() {
        assertThat(parse("{\"cniVersion\":\"1.0.0\"}").podIps()).isEmpty();
        assertThat(parse("{\"cniVersion\":\"1.0.0\",\"ips\":null,\"dns\":null}").podIps())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.0.0.2/99\"}]}",
                "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"/24\"}]}",
                "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.0.0.2/x\"}]}",
                "{\"cniVersion\":\"1.0.0\",\"ips\":[{}]}",
                "{\"cniVersion\":\"1.0.0\",\"ips\":{}}",
                "{\"cniVersion\":\"1.0.0\",\"ips\":[7]}",
                "{\"cniVersion\":\"one\"}",
                "{\"cniVersion\":1}"
            })
    void refusesNonsense(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(CriusException.InvalidArgument.class);
    }

    private static CniResult parse(String text) {
        return ResultParser.parse((JsonObject) Json.parse(text), CniVersion.NEWEST);
    }
}
