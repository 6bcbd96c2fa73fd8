package io.crius.oci.runtime;

import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.OptionalInt;

/** Weights and limits for block devices. */
public record BlockIo(
        OptionalInt weight,
        OptionalInt leafWeight,
        List<Weight> weightDevices,
        List<Throttle> readBps,
        List<Throttle> writeBps,
        List<Throttle> readIops,
        List<Throttle> writeIops) {
    public BlockIo {
        weightDevices = List.copyOf(weightDevices);
        readBps = List.copyOf(readBps);
        writeBps = List.copyOf(writeBps);
        readIops = List.copyOf(readIops);
        writeIops = List.copyOf(writeIops);
    }

    /** Weights, 10 to 1000, of one device. */
    public record Weight(long major, long minor, OptionalInt weight, OptionalInt leafWeight) {
        private static Weight fromJson(JsonObject json) {
            return new Weight(
                    json.requireInteger("major", "weightDevice"),
                    json.requireInteger("minor", "weightDevice"),
                    json.integer32("weight"),
                    json.integer32("leafWeight"));
        }

        private JsonObject toJson() {
            return JsonObject.builder()
                    .put("major", major)
                    .put("minor", minor)
                    .put("weight", weight)
                    .put("leafWeight", leafWeight)
                    .build();
        }
    }

    /** A rate of one device, in bytes or operations per second; the bits of a 64 bit unsigned number. */
    public record Throttle(long major, long minor, long rate) {
        private static Throttle fromJson(JsonObject json) {
            return new Throttle(
                    json.requireInteger("major", "throttle device"),
                    json.requireInteger("minor", "throttle device"),
                    json.unsigned("rate").orElse(0));
        }

        private JsonObject toJson() {
            return JsonObject.builder()
                    .put("major", major)
                    .put("minor", minor)
                    .put("rate", JsonNumber.ofUnsigned(rate))
                    .build();
        }
    }

    static BlockIo fromJson(JsonObject json) {
        return new BlockIo(
                json.integer32("weight"),
                json.integer32("leafWeight"),
                json.objects("weightDevice", Weight::fromJson),
                json.objects("throttleReadBpsDevice", Throttle::fromJson),
                json.objects("throttleWriteBpsDevice", Throttle::fromJson),
                json.objects("throttleReadIOPSDevice", Throttle::fromJson),
                json.objects("throttleWriteIOPSDevice", Throttle::fromJson));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("weight", weight)
                .put("leafWeight", leafWeight)
                .list("weightDevice", weightDevices, Weight::toJson)
                .list("throttleReadBpsDevice", readBps, Throttle::toJson)
                .list("throttleWriteBpsDevice", writeBps, Throttle::toJson)
                .list("throttleReadIOPSDevice", readIops, Throttle::toJson)
                .list("throttleWriteIOPSDevice", writeIops, Throttle::toJson)
                .build();
    }
}
