package io.crius.server.annotation;

import io.crius.cgroup.CpuSet;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import io.crius.oci.json.JsonValue;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * CPU resources of a workload class or of one container in it.
 *
 * @param shares relative weight
 * @param quota microseconds of CPU time per period
 * @param period microseconds
 * @param limit thousandths of a CPU; where it is given it decides the quota
 * @param cpus a list as "0-3,7"
 */
public record WorkloadResources(
        OptionalLong shares, OptionalLong quota, OptionalLong period, OptionalLong limit, Optional<String> cpus) {
    public static final WorkloadResources NONE = new WorkloadResources(
            OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.empty());

    static final String SHARES = "cpushares";
    static final String QUOTA = "cpuquota";
    static final String PERIOD = "cpuperiod";
    static final String LIMIT = "cpulimit";
    static final String CPUS = "cpuset";
    static final Set<String> KEYS = Set.of(SHARES, QUOTA, PERIOD, LIMIT, CPUS);

    /** Kernel: a period of the CPU controller where nobody chose one, in microseconds. */
    private static final long USUAL_PERIOD = 100_000;

    /** Kernel: quotas below a millisecond are refused. */
    private static final long LEAST_QUOTA = 1_000;

    /**
     * Reads values as the configuration or single annotations have them.
     *
     * @throws CriusException.InvalidArgument for a key that is none or a value that is no number
     */
    public static WorkloadResources of(Map<String, String> values) {
        values.keySet().stream().filter(key -> !KEYS.contains(key)).findFirst().ifPresent(key -> {
            throw new CriusException.InvalidArgument("\"" + key + "\" is no resource of a workload; there are "
                    + String.join(", ", KEYS.stream().sorted().toList()));
        });
        return new WorkloadResources(
                number(values, SHARES),
                number(values, QUOTA),
                number(values, PERIOD),
                number(values, LIMIT),
                Optional.ofNullable(values.get(CPUS))
                        .filter(cpus -> !cpus.isEmpty())
                        .map(WorkloadResources::checked));
    }

    /** Reads the JSON object of an annotation; numbers may be texts. */
    static WorkloadResources parse(String json, String context) {
        JsonObject object = Json.parseObject(json, context);
        var values = new java.util.LinkedHashMap<String, String>();
        object.fields().forEach((key, value) -> values.put(key, text(key, value)));
        return of(values);
    }

    private static String text(String key, JsonValue value) {
        return switch (value) {
            case JsonString(String text) -> text;
            case JsonNumber number -> Long.toString(number.longValue());
            default -> throw new CriusException.InvalidArgument(key + ": a number or a text is needed");
        };
    }

    private static OptionalLong number(Map<String, String> values, String key) {
        String text = values.getOrDefault(key, "");
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long value = Long.parseLong(text);
            // Compat: zero is what was not said.
            return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
        } catch (NumberFormatException e) {
            throw new CriusException.InvalidArgument(key + " \"" + text + "\" is not a whole number", e);
        }
    }

    private static String checked(String cpus) {
        return CpuSet.parse(cpus).toString();
    }

    /** What {@link #of} makes these of again. */
    public Map<String, String> values() {
        var values = new TreeMap<String, String>();
        put(values, SHARES, shares);
        put(values, QUOTA, quota);
        put(values, PERIOD, period);
        put(values, LIMIT, limit);
        cpus.ifPresent(list -> values.put(CPUS, list));
        return values;
    }

    private static void put(Map<String, String> values, String key, OptionalLong number) {
        if (number.isPresent()) {
            values.put(key, Long.toString(number.getAsLong()));
        }
    }

    /** These, and where they say nothing, what {@code beneath} says. */
    WorkloadResources over(WorkloadResources beneath) {
        return new WorkloadResources(
                shares.isPresent() ? shares : beneath.shares,
                quota.isPresent() ? quota : beneath.quota,
                period.isPresent() ? period : beneath.period,
                limit.isPresent() ? limit : beneath.limit,
                cpus.or(() -> beneath.cpus));
    }

    /** Microseconds per period, by the limit where there is one; {@code asked} is the period that the request chose, or 0. */
    public OptionalLong effectiveQuota(long asked) {
        if (limit.isEmpty()) {
            return quota;
        }
        long inForce = period.orElse(asked > 0 ? asked : USUAL_PERIOD);
        return OptionalLong.of(Math.max(LEAST_QUOTA, limit.getAsLong() * inForce / 1000));
    }
}
