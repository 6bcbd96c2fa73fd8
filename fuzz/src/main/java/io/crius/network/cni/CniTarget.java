package io.crius.network.cni;

import io.crius.fuzz.Target;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What CNI plugins answer, and network configurations. */
public final class CniTarget implements Target {
    @Override
    public String name() {
        return "cni";
    }

    @Override
    public void parse(byte[] input) {
        JsonObject json = Json.parseObject(input, "result");
        List<CriusException> refusals = new ArrayList<>();
        attempt(() -> ResultParser.parse(json, CniVersion.NEWEST).podIps(), refusals);
        attempt(() -> ResultParser.parse(json, CniVersion.OLDEST).podIps(), refusals);
        attempt(() -> use(NetworkParser.list(json)), refusals);
        attempt(() -> use(NetworkParser.single(json)), refusals);
        if (refusals.size() == 4) {
            throw refusals.getFirst();
        }
    }

    private static void use(NetworkParser.Draft draft) {
        draft.versions().forEach(draft::in);
    }

    private static void attempt(Runnable work, List<CriusException> refusals) {
        try {
            work.run();
        } catch (CriusException e) {
            if (String.valueOf(e.getMessage()).isBlank()) {
                throw new AssertionError("a refusal without a message", e);
            }
            refusals.add(e);
        }
    }

    @Override
    public List<byte[]> seeds() {
        return Target.texts("""
                {"cniVersion":"1.1.0","interfaces":[{"name":"eth0","mac":"aa:bb:cc:dd:ee:ff","sandbox":"/n","mtu":1500}],
                "ips":[{"address":"10.0.0.2/24","gateway":"10.0.0.1","interface":0},{"address":"fd00::2/64"}],
                "routes":[{"dst":"0.0.0.0/0","gw":"10.0.0.1"}],"dns":{"nameservers":["1.1.1.1"],"search":["a"],"options":[]}}""", """
                {"cniVersion":"0.2.0","ip4":{"ip":"10.0.0.2/24","gateway":"10.0.0.1","routes":[{"dst":"0.0.0.0/0"}]},
                "ip6":{"ip":"fd00::2/64"},"dns":{}}""", """
                {"cniVersion":"1.0.0","cniVersions":["0.4.0","1.1.0"],"name":"net","disableCheck":"true","plugins":[{"type":"bridge",
                "ipam":{"type":"host-local"},"capabilities":{"portMappings":true}},{"type":"portmap"}]}""", """
                {"name":"one","type":"loopback"}""", """
                {"code":7,"msg":"no","details":"more"}""");
    }

    @Override
    public List<String> words() {
        return List.of(
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                "\"",
                "null",
                "true",
                "\"ips\"",
                "\"address\"",
                "/32",
                "/129",
                "::",
                "1.1.0",
                "0.1.0",
                "999999999999.0.0",
                "\"cniVersion\"",
                "%eth0",
                "::ffff:1.2.3.4");
    }
}
