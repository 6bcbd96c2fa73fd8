package io.crius.oci.seccomp;

import io.crius.model.CriusException;
import java.util.Arrays;
import java.util.List;

/** Error numbers by name, for profiles that name them. Kernel: asm-generic/errno.h; MIPS differs and is not supported. */
final class Errnos {
    /** In the order of their numbers, from 1; "-" stands where a number has no name. */
    private static final List<String> NAMES =
            Arrays.asList(("EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD"
                            + " EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE"
                            + " ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS"
                            + " ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR"
                            + " EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV"
                            + " ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD"
                            + " ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE"
                            + " ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE"
                            + " EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN"
                            + " ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE"
                            + " EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED"
                            + " EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON")
                    .split(" "));

    private Errnos() {}

    static int number(String name) {
        String plain = switch (name) {
            case "EWOULDBLOCK" -> "EAGAIN";
            case "EDEADLOCK" -> "EDEADLK";
            case "ENOTSUP" -> "EOPNOTSUPP";
            default -> name;
        };
        int index = NAMES.indexOf(plain);
        if (index < 0 || plain.equals("-")) {
            throw new CriusException.InvalidArgument("unknown errno \"" + name + "\"");
        }
        return index + 1;
    }
}
