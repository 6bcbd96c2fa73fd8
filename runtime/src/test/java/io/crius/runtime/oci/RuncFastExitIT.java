package io.crius.runtime.oci;

import java.nio.file.Path;

final class RuncFastExitIT extends FastExitContract {
    @Override
    Path program() {
        return Path.of("/usr/sbin/runc");
    }
}
