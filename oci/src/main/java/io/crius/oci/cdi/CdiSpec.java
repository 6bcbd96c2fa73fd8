package io.crius.oci.cdi;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * One specification: the devices of one kind, and what every container gets that uses any of them.
 *
 * @param kind {@code vendor.com/class}
 * @param devices by their names within the kind
 */
public record CdiSpec(String kind, CdiEdits edits, Map<String, CdiEdits> devices) {
    private static final Set<String> KEYS = Set.of("cdiVersion", "kind", "annotations", "devices", "containerEdits");
    private static final Set<String> DEVICE_KEYS = Set.of("name", "annotations", "containerEdits");

    public CdiSpec {
        devices = Map.copyOf(devices);
    }

    /**
     * Parses a file in JSON.
     *
     * @param context names it in errors
     * @throws CriusException.InvalidArgument with what is wrong: also a key that the specification does not have
     */
    public static CdiSpec parseJson(byte[] json, String context) {
        return read(Json.parseObject(json, context), context);
    }

    /** As {@link #parseJson} for a file in YAML. */
    public static CdiSpec parseYaml(byte[] yaml, String context) {
        return read(YamlDocument.parseObject(yaml, context), context);
    }

    private static CdiSpec read(JsonObject json, String context) {
        try {
            return read(json);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(context + ": " + e.getMessage(), e);
        }
    }

    private static CdiSpec read(JsonObject json) {
        EditsReader.onlyKeys(json, KEYS, "the specification");
        var version = CdiVersion.parse(json.requireString("cdiVersion", "the specification"));
        String kind = json.requireString("kind", "the specification");
        CdiDeviceName.requireKind(kind);
        if (kind.substring(kind.indexOf('/')).contains(".")) {
            version.require(CdiVersion.V0_6, "a dot in the class of \"" + kind + "\"");
        }
        requireAnnotations(json, version);
        var reader = new EditsReader(version);
        Map<String, CdiEdits> devices = new LinkedHashMap<>();
        json.objects("devices", device -> device(kind, device, version, reader, devices));
        if (devices.isEmpty()) {
            throw new CriusException.InvalidArgument("the specification has no devices");
        }
        return new CdiSpec(kind, json.object("containerEdits", reader::read).orElse(CdiEdits.NONE), devices);
    }

    private static String device(
            String kind, JsonObject json, CdiVersion version, EditsReader reader, Map<String, CdiEdits> into) {
        EditsReader.onlyKeys(json, DEVICE_KEYS, "a device");
        String name = new CdiDeviceName(kind, json.requireString("name", "a device")).device();
        if (Character.isDigit(name.charAt(0))) {
            version.require(CdiVersion.V0_5, "the device name \"" + name + "\", which begins with a digit,");
        }
        requireAnnotations(json, version);
        CdiEdits edits = json.object("containerEdits", reader::read)
                .orElseThrow(() -> new CriusException.InvalidArgument("device " + name + " has no containerEdits"));
        if (into.put(name, edits) != null) {
            throw new CriusException.InvalidArgument("device " + name + " is there twice");
        }
        return name;
    }

    private static void requireAnnotations(JsonObject json, CdiVersion version) {
        if (!json.stringMap("annotations").isEmpty()) {
            version.require(CdiVersion.V0_6, "annotations");
        }
    }
}
