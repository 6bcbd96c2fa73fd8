package io.crius.oci.runtime;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.OptionalInt;

/** Who the process is: ids as the container sees them, 0 to 4294967295. */
public record User(long uid, long gid, OptionalInt umask, List<Long> additionalGids) {
    public static final User ROOT = new User(0, 0, OptionalInt.empty(), List.of());

    private static final long LARGEST_ID = 0xFFFFFFFFL;

    public User {
        additionalGids = List.copyOf(additionalGids);
        check("uid", uid);
        check("gid", gid);
        additionalGids.forEach(id -> check("additional gid", id));
    }

    public User withUmask(int newUmask) {
        return new User(uid, gid, OptionalInt.of(newUmask), additionalGids);
    }

    private static void check(String what, long id) {
        if (id < 0 || id > LARGEST_ID) {
            throw new CriusException.InvalidArgument(what + " " + id + " is not between 0 and " + LARGEST_ID);
        }
    }

    static User fromJson(JsonObject json) {
        return new User(
                json.integer("uid").orElse(0),
                json.integer("gid").orElse(0),
                json.integer32("umask"),
                json.numbers("additionalGids", JsonNumber::longValue));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("uid", uid)
                .put("gid", gid)
                .put("umask", umask)
                .list("additionalGids", additionalGids, JsonNumber::of)
                .build();
    }
}
