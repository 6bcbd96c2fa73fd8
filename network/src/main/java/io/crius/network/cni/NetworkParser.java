package io.crius.network.cni;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads network configurations (specification 1.1.0, section 1). What cannot be used is an {@code InvalidArgument} whose
 * message is a half sentence about the configuration ("it has no \"name\"").
 */
final class NetworkParser {
    /**
     * A configuration whose version is not chosen yet.
     *
     * @param versions those of its versions that Crius speaks, newest first, at least one
     * @param onlyInlined whether plugin files of the folder named like the network are left alone
     */
    record Draft(
            String name, List<CniVersion> versions, boolean onlyInlined, List<PluginConfig> plugins, JsonObject json) {
        Draft {
            versions = List.copyOf(versions);
            plugins = List.copyOf(plugins);
        }

        Draft withMore(List<PluginConfig> more) {
            var all = new ArrayList<>(plugins);
            all.addAll(more);
            return new Draft(name, versions, true, all, json);
        }

        /** The network, spoken to in the given version; its JSON is self-contained. */
        NetworkList in(CniVersion version) {
            JsonObject whole = json.toBuilder()
                    .put("cniVersion", version.toString())
                    .remove("cniVersions")
                    .put("loadOnlyInlinedPlugins", true)
                    .put("plugins", JsonArray.of(plugins, PluginConfig::json))
                    .build();
            return new NetworkList(name, version, forbidden(json), plugins, whole);
        }
    }

    private NetworkParser() {}

    private static Set<Verb> forbidden(JsonObject json) {
        var forbidden = EnumSet.noneOf(Verb.class);
        if (Fields.flag(json, "disableCheck")) {
            forbidden.add(Verb.CHECK);
        }
        if (Fields.flag(json, "disableGC")) {
            forbidden.add(Verb.GC);
        }
        return forbidden;
    }

    /** Reads the list form. */
    static Draft list(JsonObject json) {
        List<PluginConfig> plugins =
                json.objects("plugins").stream().map(NetworkParser::plugin).toList();
        return new Draft(name(json), versions(json), Fields.flag(json, "loadOnlyInlinedPlugins"), plugins, json);
    }

    /** Reads the single form, as a list of one. */
    static Draft single(JsonObject json) {
        if (Fields.text(json, "type").isEmpty()) {
            throw bad("it has no \"type\"; a list of plugins needs a file name that ends in .conflist");
        }
        JsonObject list = JsonObject.builder().put("name", name(json)).build();
        return new Draft(name(json), versions(json), true, List.of(plugin(json)), list);
    }

    /** Reads one plugin of a list. */
    static PluginConfig plugin(JsonObject json) {
        String type = Fields.text(json, "type").orElseThrow(() -> bad("a plugin in it has no \"type\""));
        if (type.indexOf('/') >= 0 || type.equals(".") || type.equals("..")) {
            throw bad("plugin type \"" + type + "\" is not the plain name of a program");
        }
        return new PluginConfig(
                type, json.object("capabilities", Fields::trueKeys).orElse(Set.of()), json);
    }

    private static String name(JsonObject json) {
        String name = Fields.text(json, "name").orElseThrow(() -> bad("it has no \"name\""));
        boolean wellFormed = isAsciiLetterOrDigit(name.charAt(0))
                && name.chars().allMatch(c -> isAsciiLetterOrDigit(c) || c == '_' || c == '.' || c == '-');
        if (!wellFormed) {
            throw bad("its name \"" + name + "\" is not letters, digits, dots, dashes and underscores");
        }
        return name;
    }

    private static List<CniVersion> versions(JsonObject json) {
        var texts = new TreeSet<>(json.strings("cniVersions"));
        Fields.text(json, "cniVersion").ifPresent(texts::add);
        if (texts.isEmpty()) {
            return List.of(CniVersion.OLDEST);
        }
        List<CniVersion> spoken = texts.stream()
                .map(text -> CniVersion.parse(text).orElseThrow(() -> bad("\"" + text + "\" is not a CNI version")))
                .filter(version -> version.compareTo(CniVersion.NEWEST) <= 0)
                .sorted(Comparator.reverseOrder())
                .toList();
        if (spoken.isEmpty()) {
            throw bad("it needs CNI version " + texts.first() + " and Crius speaks up to " + CniVersion.NEWEST);
        }
        return spoken;
    }

    private static boolean isAsciiLetterOrDigit(int c) {
        return c < 128 && Character.isLetterOrDigit(c);
    }

    private static CriusException.InvalidArgument bad(String why) {
        return new CriusException.InvalidArgument(why);
    }
}
