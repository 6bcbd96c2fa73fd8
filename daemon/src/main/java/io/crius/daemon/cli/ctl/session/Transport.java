package io.crius.daemon.cli.ctl.session;

import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.model.CriusException;
import java.util.Locale;

/** What sessions are carried by. Compat: crictl's flag. */
public final class Transport {
    public static final Flag FLAG = Flag.text("transport", 'r', "websocket, which it is in any case");

    private Transport() {}

    /**
     * Looks at the flag.
     *
     * @throws CriusException.InvalidArgument for any other than WebSockets
     */
    public static void check(Given given) {
        String name = given.text("transport", "websocket");
        if (!name.toLowerCase(Locale.ROOT).equals("websocket")) {
            throw new CriusException.InvalidArgument(
                    "--transport: \"" + name + "\" is not spoken here, only websocket; leave the flag away");
        }
    }
}
