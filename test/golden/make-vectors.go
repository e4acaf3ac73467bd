// Makes gotd-crypto.json with gotd/td, for what Telethon lacks: RSA_PAD and the keys of MTProto 1.0, by which
// auth.bindTempAuthKey is encrypted. gotd keeps these internal, so this runs in a copy of its source:
//
//	go mod download github.com/gotd/td@v0.93.0
//	cp -r "$(go env GOMODCACHE)/github.com/gotd/td@v0.93.0" gotd && chmod -R u+w gotd && mkdir gotd/cmd/vectors
//	cp test/golden/make-vectors.go gotd/cmd/vectors/main.go
//	(cd gotd && go run ./cmd/vectors) < test/golden/test-key.pem > test/golden/gotd-crypto.json
package main

import (
	"bytes"
	"crypto/aes"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"os"

	"github.com/gotd/ige"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/internal/crypto"
)

type fields map[string]any

func main() {
	text, err := io.ReadAll(os.Stdin)
	must(err)
	block, _ := pem.Decode(text)
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	must(err)

	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	must(encoder.Encode(fields{
		"source": "gotd/td v0.93.0",
		"rsaPad": rsaPadVectors(private),
		"keysV1": oldKeyVectors(),
		"bind":   bindVectors(),
	}))
}

// P_Q_inner_data in its four forms, each padded and encrypted.
func rsaPadVectors(private *rsa.PrivateKey) []fields {
	var vectors []fields
	for _, form := range []struct {
		name string
		id   uint32
		tail []int32
	}{
		{"p_q_inner_data", 0x83c95aec, nil},
		{"p_q_inner_data_dc", 0xa9f55f95, []int32{2}},
		{"p_q_inner_data_temp", 0x3c6a84d4, []int32{86400}},
		{"p_q_inner_data_temp_dc", 0x56fddf88, []int32{-2, 86400}},
	} {
		var data bin.Buffer
		data.PutID(form.id)
		for _, number := range []string{"17ed48941a08f981", "494c553b", "53911073"} {
			raw, err := hex.DecodeString(number)
			must(err)
			data.PutBytes(raw)
		}
		data.Put(draw("nonce", 16))
		data.Put(draw("server nonce", 16))
		data.Put(draw("new nonce", 32))
		for _, field := range form.tail {
			data.PutInt32(field)
		}
		random := draw("random "+form.name, 192-data.Len()+32*8)
		encrypted, err := crypto.RSAPad(data.Raw(), &private.PublicKey, bytes.NewReader(random))
		must(err)
		vectors = append(vectors, fields{
			"form": form.name, "data": hex.EncodeToString(data.Raw()), "encrypted": hex.EncodeToString(encrypted),
			"newNonce": hex.EncodeToString(draw("new nonce", 32)), "tail": append([]int32{}, form.tail...),
		})
	}
	return vectors
}

func oldKeyVectors() []fields {
	var vectors []fields
	for number := 0; number < 2; number++ {
		authKey, msgKey := authKeyOf(number), msgKeyOf(draw(fmt.Sprint("msg key ", number), 16))
		toServerKey, toServerIV := crypto.OldKeys(authKey, msgKey, crypto.Client)
		toClientKey, toClientIV := crypto.OldKeys(authKey, msgKey, crypto.Server)
		vectors = append(vectors, fields{
			"authKey":  hex.EncodeToString(authKey[:]),
			"msgKey":   hex.EncodeToString(msgKey[:]),
			"toServer": fields{"key": hex.EncodeToString(toServerKey[:]), "iv": hex.EncodeToString(toServerIV[:])},
			"toClient": fields{"key": hex.EncodeToString(toClientKey[:]), "iv": hex.EncodeToString(toClientIV[:])},
		})
	}
	return vectors
}

// encrypted_message of auth.bindTempAuthKey, as https://core.telegram.org/method/auth.bindTempAuthKey builds it.
func bindVectors() []fields {
	permanent, temporary := authKeyOf(0), authKeyOf(1)
	const messageID, expiresAt = 7000000000000000004, 1700086400
	const nonce, sessionID = -1234567890123456789, 987654321098765432
	// bind_auth_key_inner#75a3f765 nonce:long temp_auth_key_id:long perm_auth_key_id:long temp_session_id:long
	// expires_at:int
	var body bin.Buffer
	body.PutID(0x75a3f765)
	body.PutLong(nonce)
	body.PutLong(temporary.WithID().IntID())
	body.PutLong(permanent.WithID().IntID())
	body.PutLong(sessionID)
	body.PutInt32(expiresAt)

	plain := draw("bind random", 16)
	plain = binary.LittleEndian.AppendUint64(plain, messageID)
	plain = binary.LittleEndian.AppendUint32(plain, 0)
	plain = binary.LittleEndian.AppendUint32(plain, uint32(body.Len()))
	plain = append(plain, body.Buf...)
	hash := sha1.Sum(plain)
	msgKey := msgKeyOf(hash[4:20])
	padded := append(plain, draw("bind padding", (16-len(plain)%16)%16)...)

	key, iv := crypto.OldKeys(permanent, msgKey, crypto.Client)
	cipher, err := aes.NewCipher(key[:])
	must(err)
	encrypted := make([]byte, len(padded))
	ige.EncryptBlocks(cipher, iv[:], encrypted, padded)
	id := permanent.WithID().ID
	return []fields{{
		"permanentKey": hex.EncodeToString(permanent[:]),
		"temporaryKey": hex.EncodeToString(temporary[:]),
		"messageId":    fmt.Sprint(int64(messageID)),
		"sessionId":    fmt.Sprint(int64(sessionID)),
		"nonce":        fmt.Sprint(int64(nonce)),
		"expiresAt":    expiresAt,
		"inner":        hex.EncodeToString(body.Buf),
		"encrypted":    hex.EncodeToString(id[:]) + hex.EncodeToString(msgKey[:]) + hex.EncodeToString(encrypted),
	}}
}

func authKeyOf(number int) (key crypto.Key) {
	copy(key[:], draw(fmt.Sprint("auth key ", number), 256))
	return key
}

func msgKeyOf(data []byte) (key bin.Int128) {
	copy(key[:], data)
	return key
}

// draw gives bytes that look random and are the same in each run.
func draw(label string, count int) []byte {
	var drawn []byte
	for block := uint32(0); len(drawn) < count; block++ {
		hash := sha256.Sum256(binary.BigEndian.AppendUint32([]byte(label), block))
		drawn = append(drawn, hash[:]...)
	}
	return drawn[:count]
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
