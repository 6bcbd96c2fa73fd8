package io.crius.network.cni;

import io.crius.model.CriusException;
import io.crius.network.cni.CniResult.Dns;
import io.crius.network.cni.CniResult.Interface;
import io.crius.network.cni.CniResult.Ip;
import io.crius.network.cni.CniResult.Route;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the results of ADD of all versions of the specification, 0.1.0 to 1.1.0. */
final class ResultParser {
    private ResultParser() {}

    /** Reads a result; without a version of its own it is of the configuration's. */
    static CniResult parse(JsonObject json, CniVersion configVersion) {
        CniVersion version = Fields.text(json, "cniVersion")
                .map(text -> CniVersion.parse(text).orElseThrow(() -> bad("\"" + text + "\" is not a CNI version")))
                .orElse(configVersion);
        Dns dns = json.object("dns").map(ResultParser::dns).orElseGet(ResultParser::noDns);
        return version.isAtLeast(CniVersion.LISTS) ? lists(json, version, dns) : families(json, version, dns);
    }

    private static CniResult lists(JsonObject json, CniVersion version, Dns dns) {
        List<Interface> interfaces = json.objects("interfaces").stream()
                .map(one -> new Interface(
                        Fields.text(one, "name").orElse(""),
                        Fields.text(one, "mac"),
                        Fields.text(one, "sandbox"),
                        one.integer32("mtu")))
                .toList();
        List<Ip> ips = json.objects("ips").stream()
                .map(one -> ip(one, "address", one.integer32("interface")))
                .toList();
        return new CniResult(version.toString(), interfaces, ips, routes(json), dns, Json.write(json));
    }

    /** Spec: before 0.3.0 a result has at most one address of each family, with routes of its own. */
    private static CniResult families(JsonObject json, CniVersion version, Dns dns) {
        var ips = new ArrayList<Ip>();
        var routes = new ArrayList<Route>();
        for (String family : List.of("ip4", "ip6")) {
            json.object(family).ifPresent(one -> {
                ips.add(ip(one, "ip", OptionalInt.empty()));
                routes.addAll(routes(one));
            });
        }
        return new CniResult(version.toString(), List.of(), ips, routes, dns, Json.write(json));
    }

    private static Ip ip(JsonObject json, String key, OptionalInt interfaceIndex) {
        String text = Fields.text(json, key).orElseThrow(() -> bad("an address is missing"));
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw bad("address \"" + text + "\" has no prefix length");
        }
        try {
            InetAddress address = InetAddress.ofLiteral(text.substring(0, slash));
            int prefix = Integer.parseInt(text.substring(slash + 1));
            if (prefix < 0 || prefix > address.getAddress().length * Byte.SIZE) {
                throw bad("address \"" + text + "\" has a wrong prefix length");
            }
            return new Ip(text.substring(0, slash), prefix, Fields.text(json, "gateway"), interfaceIndex);
        } catch (IllegalArgumentException _) {
            throw bad("\"" + text + "\" is not an address with a prefix length");
        }
    }

    private static List<Route> routes(JsonObject json) {
        return json.objects("routes").stream()
                .map(one -> new Route(Fields.text(one, "dst").orElse(""), Fields.text(one, "gw")))
                .toList();
    }

    private static Dns dns(JsonObject json) {
        return new Dns(
                json.strings("nameservers"),
                Fields.text(json, "domain"),
                json.strings("search"),
                json.strings("options"));
    }

    private static Dns noDns() {
        return new Dns(List.of(), Optional.empty(), List.of(), List.of());
    }

    private static CriusException.InvalidArgument bad(String why) {
        return new CriusException.InvalidArgument(why);
    }
}
