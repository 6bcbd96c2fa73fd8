package io.crius.oci.cdi;

import io.crius.model.CriusException;
import io.crius.oci.cdi.CdiEdits.DeviceNode;
import io.crius.oci.cdi.CdiEdits.NetDevice;
import io.crius.oci.cdi.CdiEdits.StagedHook;
import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;
import io.crius.oci.runtime.Hook;
import io.crius.oci.runtime.HookStage;
import io.crius.oci.runtime.IntelRdt;
import io.crius.oci.runtime.SpecMount;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads {@code containerEdits}, strictly: an unknown key may be a wish that would silently not be fulfilled. */
final class EditsReader {
    private static final Set<String> KEYS =
            Set.of("env", "deviceNodes", "netDevices", "mounts", "hooks", "intelRdt", "additionalGids");
    private static final Set<String> NODE_KEYS =
            Set.of("path", "hostPath", "type", "major", "minor", "fileMode", "permissions", "uid", "gid");
    private static final Set<String> MOUNT_KEYS = Set.of("hostPath", "containerPath", "options", "type");
    private static final Set<String> HOOK_KEYS = Set.of("hookName", "path", "args", "env", "timeout");
    private static final Set<String> RDT_KEYS =
            Set.of("closID", "l3CacheSchema", "memBwSchema", "schemata", "enableMonitoring");

    private final CdiVersion version;

    EditsReader(CdiVersion version) {
        this.version = version;
    }

    static void onlyKeys(JsonObject json, Set<String> known, String what) {
        json.without(known).fields().keySet().stream().findFirst().ifPresent(key -> {
            throw new CriusException.InvalidArgument("unknown key \"" + key + "\" of " + what);
        });
    }

    CdiEdits read(JsonObject json) {
        onlyKeys(json, KEYS, "containerEdits");
        List<Long> groups = json.numbers("additionalGids", JsonNumber::longValue).stream()
                .filter(gid -> gid != 0)
                .toList();
        if (json.has("additionalGids")) {
            version.require(CdiVersion.V0_7, "additionalGids");
        }
        return new CdiEdits(
                json.strings("env", EditsReader::assignment),
                json.objects("deviceNodes", this::deviceNode),
                json.objects("netDevices", this::netDevice),
                json.objects("mounts", this::mount),
                json.objects("hooks", this::hook),
                json.object("intelRdt", this::rdt),
                groups);
    }

    private static String assignment(String entry) {
        if (entry.indexOf('=') <= 0) {
            throw new CriusException.InvalidArgument("env \"" + entry + "\" is not NAME=value");
        }
        return entry;
    }

    private DeviceNode deviceNode(JsonObject json) {
        onlyKeys(json, NODE_KEYS, "a device node");
        String path = json.requireString("path", "a device node");
        if (json.has("hostPath")) {
            version.require(CdiVersion.V0_5, "hostPath of device node " + path);
        }
        String permissions = json.string("permissions").orElse("");
        if (!permissions.chars().allMatch(c -> "rwm".indexOf(c) >= 0)) {
            throw new CriusException.InvalidArgument(
                    "device node " + path + ": permissions \"" + permissions + "\" are not a subset of rwm");
        }
        return new DeviceNode(
                path,
                json.string("hostPath").filter(host -> !host.isEmpty()).orElse(path),
                json.string("type").filter(type -> !type.isEmpty()).map(type -> deviceType(path, type)),
                json.integer("major"),
                json.integer("minor"),
                json.integer32("fileMode"),
                permissions,
                json.integer("uid"),
                json.integer("gid"));
    }

    private static String deviceType(String path, String type) {
        if (!Set.of("b", "c", "u", "p").contains(type)) {
            throw new CriusException.InvalidArgument(
                    "device node " + path + ": type \"" + type + "\" is none of b, c, u, p");
        }
        return type;
    }

    private NetDevice netDevice(JsonObject json) {
        version.require(CdiVersion.V1_1, "netDevices");
        return new NetDevice(
                json.requireString("hostInterfaceName", "a network device"),
                json.requireString("name", "a network device"));
    }

    private SpecMount mount(JsonObject json) {
        onlyKeys(json, MOUNT_KEYS, "a mount");
        String destination = json.requireString("containerPath", "a mount");
        Optional<String> type = json.string("type").filter(word -> !word.isEmpty());
        if (type.isPresent()) {
            version.require(CdiVersion.V0_4, "type of the mount at " + destination);
        }
        return new SpecMount(
                destination,
                type,
                Optional.of(json.requireString("hostPath", "a mount")),
                json.strings("options"),
                List.of(),
                List.of());
    }

    private StagedHook hook(JsonObject json) {
        onlyKeys(json, HOOK_KEYS, "a hook");
        String name = json.requireString("hookName", "a hook");
        HookStage stage = Stream.of(HookStage.values())
                .filter(one -> one.key().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new CriusException.InvalidArgument("hookName \"" + name + "\" is no stage of a hook"));
        return new StagedHook(stage, Hook.fromJson(json));
    }

    private IntelRdt rdt(JsonObject json) {
        version.require(CdiVersion.V0_7, "intelRdt");
        onlyKeys(json, RDT_KEYS, "intelRdt");
        if (json.has("schemata") || json.has("enableMonitoring")) {
            version.require(CdiVersion.V1_1, "schemata and enableMonitoring of intelRdt");
        }
        return IntelRdt.fromJson(json);
    }
}
