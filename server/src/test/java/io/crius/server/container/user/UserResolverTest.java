package io.crius.server.container.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.server.container.user.UserResolver.Resolved;
import io.crius.server.state.Identity;
import io.crius.server.state.Identity.GroupsPolicy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UserResolverTest {
    private static final String PASSWD = """
            root:x:0:0:root:/root:/bin/sh
            # not a line
            app:x:1000:1001:App:/home/app:/bin/sh
            12:x:77:78::/odd:/bin/sh
            broken:x:abc:1
            """;
    private static final String GROUP = """
            root:x:0:
            app:x:1001:
            disk:x:6:root,app
            audio:x:29:app,other
            """;

    private final UserResolver resolver = new UserResolver(UserDatabase.parse(PASSWD, GROUP));

    @Test
    void takesRootWhereNobodySaysAUser() {
        assertThat(resolver.resolve(Identity.FROM_IMAGE, ""))
                .isEqualTo(new Resolved(0, 0, List.of(0L, 6L), "/root", "root"));
        assertThat(new UserResolver(UserDatabase.parse("", "")).resolve(Identity.FROM_IMAGE, ""))
                .isEqualTo(new Resolved(0, 0, List.of(0L), "/root", "root"));
    }

    @Test
    void readsTheImagesUserByNameAndNumberWithAndWithoutGroup() {
        assertThat(resolver.resolve(Identity.FROM_IMAGE, "app"))
                .isEqualTo(new Resolved(1000, 1001, List.of(1001L, 6L, 29L), "/home/app", "app"));
        assertThat(resolver.resolve(Identity.FROM_IMAGE, "1000:disk").gid()).isEqualTo(6);
        assertThat(resolver.resolve(Identity.FROM_IMAGE, "4242:4343"))
                .isEqualTo(new Resolved(4242, 4343, List.of(4343L), "", ""));
        assertThat(resolver.resolve(Identity.FROM_IMAGE, "4242").gid()).isZero();
    }

    @Test
    void theRequestBeatsTheImageAndANameBeatsANumber() {
        Identity byNumber = identity(Optional.of(1000L), Optional.empty(), Optional.of(5L), GroupsPolicy.MERGE);
        assertThat(resolver.resolve(byNumber, "root:root"))
                .isEqualTo(new Resolved(1000, 5, List.of(5L, 6L, 29L, 99L), "/home/app", "app"));
        Identity byName = identity(Optional.of(3L), Optional.of("app"), Optional.empty(), GroupsPolicy.MERGE);
        assertThat(resolver.resolve(byName, "root").uid()).isEqualTo(1000);
    }

    @Test
    void theStrictPolicyLeavesTheImagesGroupsOut() {
        Identity strict = identity(Optional.of(1000L), Optional.empty(), Optional.empty(), GroupsPolicy.STRICT);
        assertThat(resolver.resolve(strict, "").supplementalGroups()).containsExactly(1001L, 99L);
    }

    @Test
    void aNameThatLooksLikeANumberIsANameFirst() {
        assertThat(resolver.resolve(Identity.FROM_IMAGE, "12").uid()).isEqualTo(77);
    }

    @Test
    void aNumberOfTheRequestIsNeverAName() {
        Identity number = identity(Optional.of(12L), Optional.empty(), Optional.empty(), GroupsPolicy.MERGE);
        assertThat(resolver.resolve(number, "")).isEqualTo(new Resolved(12, 0, List.of(0L, 99L), "", ""));
    }

    @Test
    void idsAreInTheirRange() {
        Identity below = identity(Optional.of(-1L), Optional.empty(), Optional.empty(), GroupsPolicy.MERGE);
        assertThatThrownBy(() -> resolver.resolve(below, ""))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("user -1 is not between 0 and 4294967294");
        Identity group = identity(Optional.of(1L), Optional.empty(), Optional.of(1L << 32), GroupsPolicy.MERGE);
        assertThatThrownBy(() -> resolver.resolve(group, ""))
                .hasMessage("group 4294967296 is not between 0 and 4294967294");
    }

    @Test
    void anUnknownUserAndGroupGetALine() {
        UserDatabase users = UserDatabase.parse(PASSWD.strip(), GROUP);
        assertThat(users.passwdWith(4242, 43, "/home"))
                .contains(PASSWD.strip() + "\ndefault:x:4242:43:default user:/home:/sbin/nologin\n");
        assertThat(users.passwdWith(4242, 43, "/odd:home").orElseThrow()).contains(":/:/sbin/nologin");
        assertThat(users.groupWith(43)).contains(GROUP + "43:x:43:\n");
        assertThat(users.passwdWith(1000, 1, "/")).isEmpty();
        assertThat(users.groupWith(6)).isEmpty();
        assertThat(UserDatabase.parse("", "").passwdWith(1, 1, "/")).isEmpty();
        assertThatThrownBy(() -> users.passwdWith(4242, 43, "/x\nroot::0:0::/:/bin/sh"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("invalid HOME environment; newlines not allowed");
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> resolver.resolve(Identity.FROM_IMAGE, "nobody"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("user \"nobody\" is not in the image's /etc/passwd and is not a number");
        assertThatThrownBy(() -> resolver.resolve(Identity.FROM_IMAGE, "app:wheel"))
                .hasMessage("the image's group \"wheel\" is not in its /etc/group");
    }

    private static Identity identity(
            Optional<Long> user, Optional<String> name, Optional<Long> group, GroupsPolicy policy) {
        return new Identity(user, name, group, List.of(99L), policy);
    }
}
