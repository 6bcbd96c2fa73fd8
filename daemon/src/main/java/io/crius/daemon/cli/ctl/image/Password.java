package io.crius.daemon.cli.ctl.image;

import io.crius.cri.v1.AuthConfig;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.model.CriusException;
import java.io.Console;
import java.util.Optional;

/** What to say to a registry. Compat: by flag, by {@code CRICTL_CREDS} or {@code CRICTL_AUTH}, or asked for at the terminal. */
final class Password {
    private Password() {}

    static Optional<AuthConfig> of(Given given) {
        Optional<String> username = given.text("username");
        if (username.isPresent()) {
            return Optional.of(named(username.get(), asked()));
        }
        Optional<String> creds = given.text("creds").or(() -> Optional.ofNullable(System.getenv("CRICTL_CREDS")));
        Optional<String> auth = given.text("auth").or(() -> Optional.ofNullable(System.getenv("CRICTL_AUTH")));
        if (creds.isPresent() && auth.isPresent()) {
            throw new CriusException.InvalidArgument("--creds and --auth exclude one another");
        }
        return creds.map(Password::pair)
                .or(() -> auth.map(text -> AuthConfig.newBuilder().setAuth(text).build()));
    }

    private static AuthConfig pair(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        if (name.isEmpty()) {
            throw new CriusException.InvalidArgument("--creds: USERNAME[:PASSWORD] is needed");
        }
        return named(name, colon < 0 ? "" : text.substring(colon + 1));
    }

    private static AuthConfig named(String name, String password) {
        return AuthConfig.newBuilder().setUsername(name).setPassword(password).build();
    }

    private static String asked() {
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .map(console -> console.readPassword("Enter Password: "))
                .map(String::new)
                .orElseThrow(() -> new CriusException.InvalidArgument(
                        "--username: there is no terminal to ask for the password at"));
    }
}
