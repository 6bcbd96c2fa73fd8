package io.crius.server.container.user;

import io.crius.model.CriusException;
import io.crius.server.container.user.UserDatabase.User;
import io.crius.server.state.Identity;
import io.crius.server.state.Identity.GroupsPolicy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides uid, gid, supplementary groups and home of a container's first process. Pure.
 *
 * <p>Compat: run_as_username beats run_as_user beats the image's user; a numeric user without an entry in /etc/passwd gets
 * group 0; with the merge policy the groups that list the user in /etc/group are added.
 */
public final class UserResolver {
    /**
     * The answer.
     *
     * @param home from /etc/passwd; empty where the user has no entry
     * @param name from /etc/passwd; empty where the user has no entry
     */
    public record Resolved(long uid, long gid, List<Long> supplementalGroups, String home, String name) {
        public Resolved {
            supplementalGroups = List.copyOf(supplementalGroups);
        }
    }

    private final UserDatabase database;

    public UserResolver(UserDatabase database) {
        this.database = database;
    }

    /**
     * Resolves the request against the image.
     *
     * @param imageUser the image configuration's {@code user[:group]}, names or numbers, may be empty
     * @throws CriusException.InvalidArgument where a name does not exist in the image
     */
    public Resolved resolve(Identity identity, String imageUser) {
        int colon = imageUser.indexOf(':');
        String imageName = colon < 0 ? imageUser : imageUser.substring(0, colon);
        String imageGroup = colon < 0 ? "" : imageUser.substring(colon + 1);
        boolean fromRequest = identity.username().isPresent() || identity.user().isPresent();
        String wanted = identity.username()
                .or(() -> identity.user().map(String::valueOf))
                .orElse(imageName);
        boolean byNumber = identity.user().isPresent() && identity.username().isEmpty();
        Optional<User> entry = byNumber ? UserDatabase.id(wanted).flatMap(database::userWithId) : find(wanted);
        long uid = entry.map(User::uid).or(() -> UserDatabase.id(wanted)).orElseThrow(() -> unknownUser(wanted));
        long gid = group(identity, fromRequest ? "" : imageGroup, entry);
        return new Resolved(
                uid,
                gid,
                groups(identity, entry, gid),
                entry.map(User::home).orElse(""),
                entry.map(User::name).orElse(""));
    }

    private Optional<User> find(String wanted) {
        if (wanted.isEmpty()) {
            return database.userWithId(0).or(() -> Optional.of(new User("root", 0, 0, "/root")));
        }
        return database.userNamed(wanted).or(() -> UserDatabase.id(wanted).flatMap(database::userWithId));
    }

    private long group(Identity identity, String imageGroup, Optional<User> entry) {
        if (identity.group().isPresent()) {
            return checkedGroup(identity.group().get());
        }
        if (!imageGroup.isEmpty()) {
            return database.groupNamed(imageGroup)
                    .map(UserDatabase.Group::gid)
                    .or(() -> UserDatabase.id(imageGroup))
                    .orElseThrow(() -> new CriusException.InvalidArgument(
                            "the image's group \"" + imageGroup + "\" is not in its /etc/group"));
        }
        return entry.map(User::gid).orElse(0L);
    }

    private static long checkedGroup(long gid) {
        return UserDatabase.id(Long.toString(gid))
                .orElseThrow(
                        () -> new CriusException.InvalidArgument("group " + gid + " is not between 0 and 4294967294"));
    }

    private List<Long> groups(Identity identity, Optional<User> entry, long gid) {
        Set<Long> groups = new LinkedHashSet<>();
        groups.add(gid);
        if (identity.policy() == GroupsPolicy.MERGE) {
            entry.ifPresent(user -> groups.addAll(database.groupsOf(user.name())));
        }
        identity.supplementalGroups().forEach(group -> groups.add(checkedGroup(group)));
        return List.copyOf(groups);
    }

    private static CriusException unknownUser(String wanted) {
        if (wanted.startsWith("-") || wanted.chars().allMatch(Character::isDigit)) {
            return new CriusException.InvalidArgument("user " + wanted + " is not between 0 and 4294967294");
        }
        return new CriusException.InvalidArgument(
                "user \"" + wanted + "\" is not in the image's /etc/passwd and is not a number");
    }
}
