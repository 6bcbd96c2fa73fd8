package io.crius.oci.runtime;

import io.crius.oci.json.JsonObject;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A rule of the device cgroup.
 *
 * @param type a, b or c; absent means all
 * @param major absent means all
 * @param access of r, w, m
 */
public record DeviceRule(
        boolean allow, Optional<String> type, OptionalLong major, OptionalLong minor, Optional<String> access) {
    /** The first rule of every container: nothing is allowed. */
    public static final DeviceRule DENY_ALL =
            new DeviceRule(false, Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.of("rwm"));

    /** Everything is allowed: privileged containers. */
    public static final DeviceRule ALLOW_ALL =
            new DeviceRule(true, Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.of("rwm"));

    /** One device is allowed. */
    public static DeviceRule allow(String type, long major, long minor, String access) {
        return new DeviceRule(
                true, Optional.of(type), OptionalLong.of(major), OptionalLong.of(minor), Optional.of(access));
    }

    static DeviceRule fromJson(JsonObject json) {
        return new DeviceRule(
                json.flag("allow"),
                json.string("type"),
                json.integer("major"),
                json.integer("minor"),
                json.string("access"));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("allow", allow)
                .put("type", type)
                .put("major", major)
                .put("minor", minor)
                .put("access", access)
                .build();
    }
}
