package io.crius.oci.runtime;

import io.crius.oci.json.JsonObject;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * CPU limits.
 *
 * @param shares relative weight, 2 to 262144
 * @param quota microseconds of CPU time per period; -1 is unlimited
 * @param period microseconds
 * @param cpus a list as "0-3,7"
 * @param mems a list of memory nodes
 */
public record LinuxCpu(
        OptionalLong shares,
        OptionalLong quota,
        OptionalLong period,
        Optional<String> cpus,
        Optional<String> mems,
        JsonObject unknown) {
    public static final LinuxCpu NONE = new LinuxCpu(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty(),
            JsonObject.EMPTY);

    private static final Set<String> KEYS = Set.of("shares", "quota", "period", "cpus", "mems");

    public LinuxCpu withShares(long newShares) {
        return new LinuxCpu(OptionalLong.of(newShares), quota, period, cpus, mems, unknown);
    }

    public LinuxCpu withQuota(long newQuota) {
        return new LinuxCpu(shares, OptionalLong.of(newQuota), period, cpus, mems, unknown);
    }

    public LinuxCpu withPeriod(long newPeriod) {
        return new LinuxCpu(shares, quota, OptionalLong.of(newPeriod), cpus, mems, unknown);
    }

    public LinuxCpu withCpus(String newCpus) {
        return new LinuxCpu(shares, quota, period, Optional.of(newCpus), mems, unknown);
    }

    public LinuxCpu withMems(String newMems) {
        return new LinuxCpu(shares, quota, period, cpus, Optional.of(newMems), unknown);
    }

    static LinuxCpu fromJson(JsonObject json) {
        return new LinuxCpu(
                json.integer("shares"),
                json.integer("quota"),
                json.integer("period"),
                json.string("cpus"),
                json.string("mems"),
                json.without(KEYS));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("shares", shares)
                .put("quota", quota)
                .put("period", period)
                .put("cpus", cpus)
                .put("mems", mems)
                .putAll(unknown)
                .build();
    }
}
