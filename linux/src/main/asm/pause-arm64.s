// The pause program on arm64, step by step that on x86-64; io.crius.linux.PauseProgram has the bytes of it.
        .globl _start
_start:
        ldr     x0, [sp]
        cmp     x0, #2
        b.eq    hold
// rt_sigaction(SIGCHLD, {SIG_IGN, SA_NOCLDWAIT}, NULL, 8)
        mov     x0, #17
        adr     x1, ignore
        mov     x2, #0
        mov     x3, #8
        mov     x8, #134
        svc     #0
sleep:
// ppoll(NULL, 0, NULL, NULL, 8)
        mov     x0, #0
        mov     x1, #0
        mov     x2, #0
        mov     x3, #0
        mov     x4, #8
        mov     x8, #73
        svc     #0
        b       sleep
hold:
// w19 = the decimal number in argv[1]
        ldr     x1, [sp, #16]
        mov     w19, #0
        mov     w20, #10
digit:
        ldrb    w0, [x1], #1
        cbz     w0, begin
        sub     w0, w0, #48
        madd    w19, w19, w20, w0
        b       digit
begin:
// unshare(CLONE_NEWUSER)
        mov     x0, #0x10000000
        mov     x8, #97
        svc     #0
        bl      tell
// setresgid(0, 0, 0), setresuid(0, 0, 0)
        mov     x0, #0
        mov     x1, #0
        mov     x2, #0
        mov     x8, #149
        svc     #0
        tbnz    w0, #31, failed
        mov     x0, #0
        mov     x1, #0
        mov     x2, #0
        mov     x8, #147
        svc     #0
        tbnz    w0, #31, failed
// unshare(flags)
        mov     w0, w19
        mov     x8, #97
        svc     #0
failed:
        bl      tell
        mov     x0, #0
end:
        mov     x8, #94
        svc     #0
// Writes the errno in w0 as one byte to descriptor 1, ends where it is not zero; then waits for a byte on
// descriptor 0 and ends where there will be none.
tell:
        neg     w0, w0
        str     x0, [sp, #-16]!
        mov     x0, #1
        mov     x1, sp
        mov     x2, #1
        mov     x8, #64
        svc     #0
        mov     x0, #1
        ldr     w1, [sp]
        cbnz    w1, end
        mov     x0, #0
        mov     x1, sp
        mov     x2, #1
        mov     x8, #63
        svc     #0
        mov     x1, x0
        mov     x0, #1
        cmp     x1, #1
        b.ne    end
        add     sp, sp, #16
        ret
        .balign 8
// struct sigaction of the kernel: handler, flags, restorer, mask
ignore:
        .quad   1, 2, 0, 0
