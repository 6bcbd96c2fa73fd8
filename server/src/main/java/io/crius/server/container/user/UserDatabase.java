package io.crius.server.container.user;

import io.crius.model.CriusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The users and groups of an image: /etc/passwd and /etc/group as passwd(5) and group(5) define them. Lines that do not
 * parse are skipped, as the C library does; the first match wins. Immutable.
 */
public final class UserDatabase {
    /** One line of passwd(5). */
    public record User(String name, long uid, long gid, String home) {}

    /** One line of group(5). */
    public record Group(String name, long gid, List<String> members) {
        public Group {
            members = List.copyOf(members);
        }
    }

    private final String passwd;
    private final String group;
    private final List<User> users;
    private final List<Group> groups;

    private UserDatabase(String passwd, String group, List<User> users, List<Group> groups) {
        this.passwd = passwd;
        this.group = group;
        this.users = List.copyOf(users);
        this.groups = List.copyOf(groups);
    }

    /** Reads both files' texts; an image without a file has the empty text. */
    public static UserDatabase parse(String passwd, String group) {
        var users = new ArrayList<User>();
        passwd.lines().forEach(line -> user(line).ifPresent(users::add));
        var groups = new ArrayList<Group>();
        group.lines().forEach(line -> group(line).ifPresent(groups::add));
        return new UserDatabase(passwd, group, users, groups);
    }

    public Optional<User> userNamed(String name) {
        return users.stream().filter(u -> u.name().equals(name)).findFirst();
    }

    public Optional<User> userWithId(long uid) {
        return users.stream().filter(u -> u.uid() == uid).findFirst();
    }

    public Optional<Group> groupNamed(String name) {
        return groups.stream().filter(g -> g.name().equals(name)).findFirst();
    }

    public Optional<Group> groupWithId(long gid) {
        return groups.stream().filter(g -> g.gid() == gid).findFirst();
    }

    /** The ids of all groups that list the user as a member, in file order. */
    public List<Long> groupsOf(String userName) {
        return groups.stream()
                .filter(g -> g.members().contains(userName))
                .map(Group::gid)
                .distinct()
                .toList();
    }

    /**
     * The text of /etc/passwd with a line for a user that it does not have. Empty where it has one, or where the image has no
     * such file and so does without users.
     *
     * @throws CriusException.InvalidArgument for a home that would not stay in its field
     */
    public Optional<String> passwdWith(long uid, long gid, String home) {
        if (passwd.isEmpty() || userWithId(uid).isPresent()) {
            return Optional.empty();
        }
        if (home.contains("\n")) {
            throw new CriusException.InvalidArgument("invalid HOME environment; newlines not allowed");
        }
        // Compat: the line that CRI-O adds.
        String folder = home.contains(":") ? "/" : home;
        return Optional.of(
                lines(passwd) + "default:x:%d:%d:default user:%s:/sbin/nologin\n".formatted(uid, gid, folder));
    }

    /** As {@link #passwdWith} for /etc/group. */
    public Optional<String> groupWith(long gid) {
        return group.isEmpty() || groupWithId(gid).isPresent()
                ? Optional.empty()
                : Optional.of(lines(group) + "%d:x:%d:\n".formatted(gid, gid));
    }

    private static String lines(String text) {
        return text.endsWith("\n") ? text : text + "\n";
    }

    private static Optional<User> user(String line) {
        String[] fields = line.split(":", -1);
        if (fields.length < 4 || fields[0].isEmpty()) {
            return Optional.empty();
        }
        Optional<Long> uid = id(fields[2]);
        Optional<Long> gid = id(fields[3]);
        String home = fields.length > 5 ? fields[5] : "";
        return uid.isPresent() && gid.isPresent()
                ? Optional.of(new User(fields[0], uid.get(), gid.get(), home))
                : Optional.empty();
    }

    private static Optional<Group> group(String line) {
        String[] fields = line.split(":", -1);
        if (fields.length < 3 || fields[0].isEmpty()) {
            return Optional.empty();
        }
        List<String> members = fields.length > 3 && !fields[3].isEmpty() ? List.of(fields[3].split(",")) : List.of();
        return id(fields[2]).map(gid -> new Group(fields[0], gid, members));
    }

    /** A numeric id of Linux: 0 to 2^32-2. */
    static Optional<Long> id(String text) {
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        long value = Long.parseLong(text);
        return value < 0xffff_ffffL ? Optional.of(value) : Optional.empty();
    }
}
