package io.crius.oci.runtime;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;
import java.util.Arrays;

/**
 * A condition on an argument of a call.
 *
 * @param index 0 to 5
 * @param value the bits of a 64 bit unsigned number; the mask of MASKED_EQ
 * @param valueTwo what the masked argument is compared with, for MASKED_EQ only
 */
public record SeccompArgument(int index, long value, long valueTwo, Operator operator) {
    /** How an argument is compared. */
    public enum Operator {
        NE,
        LT,
        LE,
        EQ,
        GE,
        GT,
        MASKED_EQ;

        /** As {@code SCMP_CMP_EQ}. */
        public String word() {
            return "SCMP_CMP_" + name();
        }

        static Operator parse(String word) {
            return Arrays.stream(values())
                    .filter(operator -> word.equals(operator.word()))
                    .findFirst()
                    .orElseThrow(() -> new CriusException.InvalidArgument("unknown seccomp operator \"" + word + "\""));
        }
    }

    public SeccompArgument {
        if (index < 0 || index > 5) {
            throw new CriusException.InvalidArgument("seccomp argument index " + index + " is not between 0 and 5");
        }
    }

    public static SeccompArgument fromJson(JsonObject json) {
        return new SeccompArgument(
                json.integer32("index").orElse(0),
                json.unsigned("value").orElse(0),
                json.unsigned("valueTwo").orElse(0),
                json.string("op", Operator::parse)
                        .orElseThrow(() -> new CriusException.InvalidArgument("\"op\" is missing")));
    }

    public JsonObject toJson() {
        var json = JsonObject.builder().put("index", index).put("value", JsonNumber.ofUnsigned(value));
        if (valueTwo != 0) {
            json.put("valueTwo", JsonNumber.ofUnsigned(valueTwo));
        }
        return json.put("op", operator.word()).build();
    }
}
